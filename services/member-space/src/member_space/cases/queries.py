"""Questions about cases: a member's name the person, the desk's don't."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only
from sqlmodel import col, select

from member_space.cases.models import Case, CaseFile
from member_space.cases.rules import Kind, State
from member_space.files.models import StoredFile
from member_space.questions.cursor import Cursor

MOST = 50
"""Cases of one kind that a page lists, newest first."""
OPEN = (State.FILED, State.TAKEN)
NAMES = (load_only(StoredFile.id, StoredFile.name, StoredFile.kind, StoredFile.size, StoredFile.owner),)  # type: ignore[arg-type]
"""To look at files without reading them."""


@dataclass(frozen=True)
class Attached:
    """A file of a case, without its content."""

    id: UUID
    name: str
    kind: str
    size: int
    """Bytes."""
    from_desk: bool


@dataclass(frozen=True)
class Page:
    """Cases, newest first; where the next page begins, None at the end."""

    cases: Sequence[Case]
    older: Cursor | None


async def of_person(session: AsyncSession, subject: UUID, kind: Kind) -> Sequence[Case]:
    """The person's cases of a kind, newest first."""
    return (await page(session, subject, kind)).cases


async def page(session: AsyncSession, subject: UUID, kind: Kind, after: Cursor | None = None, size: int = MOST) -> Page:
    """The person's cases of a kind older than ``after``, or the newest."""
    query = select(Case).where(col(Case.subject_id) == subject, col(Case.kind) == kind)
    if after is not None:
        query = query.where(tuple_(col(Case.filed_at), col(Case.id)) < (after.at, after.id))
    query = query.order_by(col(Case.filed_at).desc(), col(Case.id).desc()).limit(size + 1)
    found = (await session.scalars(query)).all()
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], Cursor(last.filed_at, last.id) if last else None)


async def open_of_person(session: AsyncSession, subject: UUID) -> Sequence[Case]:
    """What the person waits for, newest first."""
    query = select(Case).where(col(Case.subject_id) == subject, col(Case.state).in_(OPEN))
    return (await session.scalars(query.order_by(col(Case.filed_at).desc()).limit(MOST))).all()


async def by_reference(session: AsyncSession, subject: UUID, kind: Kind, reference: str) -> Case | None:
    """One case, if it is that person's and of that kind."""
    query = select(Case).where(
        col(Case.subject_id) == subject, col(Case.kind) == kind, col(Case.reference) == reference
    )
    return (await session.scalars(query)).first()


async def attached(session: AsyncSession, *cases: UUID) -> dict[UUID, list[Attached]]:
    """Case → its files, those of the desk last."""
    query = (
        select(CaseFile, StoredFile)
        .join(StoredFile, col(StoredFile.id) == col(CaseFile.file_id))
        .where(col(CaseFile.case_id).in_(cases))
        .order_by(col(CaseFile.from_desk), col(StoredFile.created_at), col(StoredFile.id))
        .options(*NAMES)
    )
    found: dict[UUID, list[Attached]] = {case: [] for case in cases}
    for link, file in (await session.execute(query)).all():
        found[link.case_id].append(Attached(file.id, file.name, file.kind, file.size, link.from_desk))
    return found


async def worklist(session: AsyncSession, states: Sequence[State], kind: Kind | None) -> Sequence[Case]:
    """The desk's list, oldest first."""
    query = select(Case).where(col(Case.state).in_(states))
    if kind is not None:
        query = query.where(col(Case.kind) == kind)
    return (await session.scalars(query.order_by(col(Case.filed_at), col(Case.id)).limit(MOST))).all()


async def waiting(session: AsyncSession) -> int:
    """How many nobody has taken."""
    return await session.scalar(select(func.count()).select_from(Case).where(col(Case.state) == State.FILED)) or 0
