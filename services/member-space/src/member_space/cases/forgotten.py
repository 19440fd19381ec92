"""Files that came with a form that nobody sent in the end."""

from datetime import timedelta

from sqlalchemy import delete, exists
from sqlmodel import col

from member_space.cases.models import CaseFile
from member_space.files.models import StoredFile
from shared.database.engine import Database

KEPT = timedelta(days=1)
"""As long as a form is good (``shared.web.csrf``)."""
PURGE_SECONDS = 3600.0


async def purge(database: Database) -> bool:
    """Forget files that belong to nothing. Returns False: once in a while is enough."""
    async with database.unit_of_work() as work:
        attached = exists().where(col(CaseFile.file_id) == col(StoredFile.id))
        await work.session.execute(delete(StoredFile).where(~attached, col(StoredFile.created_at) < work.now - KEPT))
    return False
