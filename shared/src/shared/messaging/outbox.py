"""What the relay asks of the outbox table: claim, mark, put back, purge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.tables import inbox, outbox

LEASE = timedelta(seconds=30)
"""How long a claim keeps other relays away. Longer than the slowest round: one publish time-out and its marking."""

_CLAIM = text("""
    WITH due AS (
      SELECT position FROM outbox
      WHERE published_at IS NULL AND available_at <= now()
      ORDER BY available_at, position LIMIT :most
      FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET available_at = now() + :lease FROM due WHERE outbox.position = due.position
    RETURNING outbox.position, outbox.id, outbox.exchange, outbox.routing_key, outbox.type, outbox.body, outbox.attempts
""").bindparams(bindparam("lease", LEASE))


@dataclass(frozen=True)
class Claimed:
    """A row that this relay may publish until its lease ends."""

    position: int
    id: UUID
    exchange: str
    routing_key: str
    type: str
    body: bytes
    attempts: int


async def claim(session: AsyncSession, most: int) -> list[Claimed]:
    """Up to ``most`` due rows in the order they were written, claimed for ``LEASE``. Rows other relays hold are skipped."""
    rows = await session.execute(_CLAIM, {"most": most})
    return sorted((Claimed(*row) for row in rows), key=lambda row: row.position)


async def mark_published(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """The broker has confirmed them. Marked even when the lease ran out meanwhile: they did leave."""
    await session.execute(update(outbox).where(outbox.c.id.in_(ids)).values(published_at=func.now(), last_error=None))


async def put_back(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """The broker was away: due again at once, no attempt counted."""
    await session.execute(
        update(outbox).where(outbox.c.id.in_(ids), outbox.c.published_at.is_(None)).values(available_at=func.now())
    )


async def postpone(session: AsyncSession, row: Claimed, reason: str) -> None:
    """The broker will not have it as things stand (unroutable): try again later, from 5 s doubling to 5 min."""
    pause = timedelta(seconds=min(300, 5 * 2 ** min(row.attempts, 6)))
    await session.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.published_at.is_(None))
        .values(available_at=func.now() + pause, attempts=outbox.c.attempts + 1, last_error=reason)
    )


async def waiting(session: AsyncSession) -> tuple[int, float]:
    """How many rows have not left, and the age of the oldest in seconds."""
    row = await session.execute(
        select(func.count(), func.coalesce(func.extract("epoch", func.now() - func.min(outbox.c.created_at)), 0)).where(
            outbox.c.published_at.is_(None)
        )
    )
    count, age = row.one()
    return int(count), float(age)


async def purge(session: AsyncSession, keep_published: timedelta, keep_handled: timedelta) -> None:
    """Forget what left long ago, and what was handled longer ago than any message can come back."""
    await session.execute(delete(outbox).where(outbox.c.published_at < func.now() - keep_published))
    await session.execute(delete(inbox).where(inbox.c.handled_at < func.now() - keep_handled))
