"""Keep a file with what it belongs to, and find it again for its owner."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.files.models import StoredFile
from shared.database.unit_of_work import UnitOfWork
from shared.files.checking import CheckedFile


async def keep(work: UnitOfWork, owner: UUID, checked: CheckedFile) -> UUID:
    """Keep a file in the transaction of the report it belongs to; returns its id.

    ``owner``: the person in whose space it is shown, also when the desk attaches it.
    """
    kept = StoredFile(
        id=uuid4(), owner=owner, sha256=checked.sha256, kind=checked.kind.key, size=checked.size,
        name=checked.name, content=checked.content, created_at=work.now,
    )  # fmt: skip
    work.session.add(kept)
    await work.session.flush()
    work.session.expunge(kept)  # its content is not held for as long as the transaction lasts
    return kept.id


async def load(session: AsyncSession, file_id: UUID, owner: UUID) -> StoredFile | None:
    """The file, if it is that person's; None for another's as for one that is not there."""
    query = select(StoredFile).where(col(StoredFile.id) == file_id, col(StoredFile.owner) == owner)
    return (await session.execute(query)).scalar_one_or_none()
