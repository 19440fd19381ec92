"""How often something may be done, counted in PostgreSQL by all replicas together (the leaky bucket as GCRA, ITU-T I.371).

A key has one time: when all that was done under it will have drained away. A row whose time has passed says the same as
no row, so that it may be deleted at any moment, and the table holds no more than what was done of late.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Column, DateTime, Interval, LargeBinary, MetaData, Table, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

metadata = MetaData()

throttle = Table(
    "throttle",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("clear_at", DateTime(timezone=True), nullable=False),
    prefixes=["UNLOGGED"],
)

# unlogged: no disk to wait for, and a crash of the server only empties the buckets. No index on the time: changing a row
# then touches no index, and the purge reads a table that is small.
_CREATE = """
    CREATE UNLOGGED TABLE throttle (
      key bytea PRIMARY KEY,
      clear_at timestamptz NOT NULL
    ) WITH (fillfactor = 70)
"""

# the database's clock, read under the row's lock: replicas need not agree on the time, and none is let through too many
_TAKE = text("""
    INSERT INTO throttle AS known (key, clear_at) VALUES (:key, clock_timestamp() + :apart)
    ON CONFLICT (key) DO UPDATE SET clear_at = greatest(known.clear_at, clock_timestamp()) + :apart
    WHERE known.clear_at <= clock_timestamp() + :room
    RETURNING true
""").bindparams(bindparam("apart", type_=Interval), bindparam("room", type_=Interval))

_PURGE = text("""
    DELETE FROM throttle WHERE key IN (
      SELECT key FROM throttle WHERE clear_at < now() LIMIT :most FOR UPDATE SKIP LOCKED
    )
""")


@dataclass(frozen=True)
class Rate:
    """``most`` at once, and as many again in every ``per``: one more each ``apart``."""

    most: int
    per: timedelta

    @property
    def apart(self) -> timedelta:
        """After so long there is room for one more."""
        return self.per // self.most


async def take(session: AsyncSession, key: bytes, rate: Rate) -> bool:
    """Count one under a key; False when that would be over the rate, and nothing is counted then.

    Two at once: the second waits for the first's commit, so keep the transaction short.
    """
    given = {"key": key, "apart": rate.apart, "room": rate.per - rate.apart}
    return (await session.execute(_TAKE, given)).first() is not None


async def purge(session: AsyncSession, most: int) -> int:
    """Delete up to ``most`` rows that say nothing any more; how many. Those that others hold are skipped."""
    deleted = await session.execute(_PURGE, {"most": most})
    return int(deleted.rowcount)  # type: ignore[attr-defined]


def create_throttle(execute: Callable[[str], object]) -> None:
    """Create the table; ``execute`` is ``alembic.op.execute``. Frozen: a change becomes a new function."""
    execute(_CREATE)
