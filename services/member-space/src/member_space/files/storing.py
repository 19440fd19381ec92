"""Keep a file with what it belongs to, and find it again for its owner."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.files.models import StoredFile
from shared.database.unit_of_work import UnitOfWork
from shared.files.checking import CheckedFile
from shared.files.limits import FILE_COUNT

WAITING = timedelta(days=1)
"""As long as a form is good (``shared.web.csrf``)."""
MOST_WAITING = 4 * FILE_COUNT
"""Files of one person that wait for their form: some forms begun anew, and not what fills a disk."""


async def keep(work: UnitOfWork, owner: UUID, checked: CheckedFile, *, attached: bool = True) -> UUID:
    """Keep a file in the transaction of the report it belongs to; returns its id.

    ``owner``: the person in whose space it is shown, also when the desk attaches it. Not ``attached``: the form that it came
    with is still to be sent (see ``waiting``).
    """
    kept = StoredFile(
        id=uuid4(), owner=owner, sha256=checked.sha256, kind=checked.kind.key, size=checked.size,
        name=checked.name, content=checked.content, created_at=work.now, attached=attached,
    )  # fmt: skip
    work.session.add(kept)
    await work.session.flush()
    work.session.expunge(kept)  # its content is not held for as long as the transaction lasts
    return kept.id


async def load(session: AsyncSession, file_id: UUID, owner: UUID) -> StoredFile | None:
    """The file, if it is that person's; None for another's as for one that is not there."""
    query = select(StoredFile).where(col(StoredFile.id) == file_id, col(StoredFile.owner) == owner)
    return (await session.execute(query)).scalar_one_or_none()


async def waiting(work: UnitOfWork, owner: UUID, given: Sequence[UUID]) -> list[UUID]:
    """Of the files that a form brings back: those of this person that belong to nothing yet, locked until it is sent."""
    query = select(StoredFile.id).where(
        col(StoredFile.id).in_(given), col(StoredFile.owner) == owner, col(StoredFile.attached).is_(False)
    )
    found = set((await work.session.scalars(query.with_for_update())).all())
    return [one for one in given if one in found]


async def waiting_count(work: UnitOfWork, owner: UUID) -> int:
    """How many of a person's files belong to nothing yet."""
    query = select(func.count()).where(col(StoredFile.owner) == owner, col(StoredFile.attached).is_(False))
    return (await work.session.execute(query)).scalar_one()


async def attach(work: UnitOfWork, files: Sequence[UUID]) -> None:
    """They belong to something from now on."""
    await work.session.execute(update(StoredFile).where(col(StoredFile.id).in_(files)).values(attached=True))
