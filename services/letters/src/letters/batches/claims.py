"""Claiming waiting letters for a batch, so that two makers never make the same letter (design §4).

A claim is a short transaction and a lease, not a long one: letters are laid out for seconds or minutes without holding
locks. Who dies in the middle loses nothing: the lease ends and the letters are claimed anew, with new passwords.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from letters.batches.closing import ClosingRules
from letters.models import Letter, LetterState
from shared.database.unit_of_work import UnitOfWork

LEASE = timedelta(seconds=30)


async def claim(work: UnitOfWork, batch_id: UUID, rules: ClosingRules) -> list[Letter]:
    """The letters of the batch that is due, longest waiting first, claimed for ``LEASE``; none when none is due."""
    free = or_(col(Letter.claimed_until).is_(None), col(Letter.claimed_until) <= work.now)
    rows = await work.session.scalars(
        select(Letter)
        .where(Letter.state == LetterState.WAITING, free)
        .order_by(col(Letter.waiting_since), col(Letter.id))
        .limit(rules.most)
        .with_for_update(skip_locked=True)
    )
    letters = list(rows)
    if not rules.is_due([letter.waiting_since for letter in letters], work.now):
        return []
    for letter in letters:
        letter.claim, letter.claimed_until = batch_id, work.now + LEASE
    return letters


async def renew(work: UnitOfWork, batch_id: UUID) -> None:
    """Hold a claim for another ``LEASE``."""
    await _set_end(work.session, batch_id, work.now + LEASE)


async def release(work: UnitOfWork, batch_id: UUID) -> None:
    """Give the letters of a claim back at once."""
    await _set_end(work.session, batch_id, None)


async def claimed(work: UnitOfWork, batch_id: UUID) -> dict[UUID, Letter]:
    """The letters still held by a claim, locked until the unit of work ends."""
    rows = await work.session.scalars(
        select(Letter).where(Letter.claim == batch_id, Letter.state == LetterState.WAITING).with_for_update()
    )
    return {letter.id: letter for letter in rows}


async def _set_end(session: AsyncSession, batch_id: UUID, end: datetime | None) -> None:
    ours = update(Letter).where(col(Letter.claim) == batch_id, col(Letter.state) == LetterState.WAITING)
    await session.execute(ours.values(claimed_until=end, claim=None if end is None else batch_id))
