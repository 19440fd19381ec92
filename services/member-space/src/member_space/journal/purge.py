"""Lines are kept for a year (design §5, *retention*)."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from member_space.journal.models import JournalEntry
from shared.database.engine import Database

EVERY_SECONDS = 3600.0
KEPT = timedelta(days=365)


async def purge(database: Database) -> bool:
    """Delete what is older. Returns False: once in a while is enough."""
    async with database.unit_of_work() as work:
        await work.session.execute(delete(JournalEntry).where(col(JournalEntry.at) < work.now - KEPT))
    return False
