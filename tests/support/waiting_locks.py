"""A space that is being closed, and who waits for that, or for any lock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from support.messaging import count, until

from shared.database.engine import Database

WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


@asynccontextmanager
async def being_closed(database: Database, person: UUID) -> AsyncIterator[None]:
    """Closed, but not committed: closing's own lock (``profile.closing``) is held until the end."""
    async with database.unit_of_work() as work:
        space = {"person": person}
        await work.session.execute(text("select from space where person_id = :person for update"), space)
        await work.session.execute(text("update space set closed_at = now() where person_id = :person"), space)
        yield


async def somebody_waits(database: Database, how_many: int = 1) -> None:
    """Until so many wait for a lock of another."""

    async def waits() -> bool:
        return await count(database, WAITING) >= how_many

    await until(waits)
