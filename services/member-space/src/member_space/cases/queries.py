"""Questions about cases: a member's name the person, the desk's don't."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from member_space.cases.models import Case, CaseFile
from member_space.cases.rules import Kind, State, is_reference
from member_space.files.models import StoredFile
from member_space.place import Place

MOST = 50
"""Cases that a page lists."""
OPEN = (State.FILED, State.TAKEN)
OVER = (State.DONE, State.REFUSED)
NAMES = (defer(StoredFile.content),)  # type: ignore[arg-type]
"""To look at files without reading them."""


@dataclass(frozen=True)
class Attached:
    """A file of a case, without its content."""

    id: UUID
    name: str
    kind: str
    size: int
    """Bytes."""
    created_at: datetime
    from_desk: bool


@dataclass(frozen=True)
class Page:
    """Cases in the order of the list; where the next page begins, None at the end."""

    cases: Sequence[Case]
    next: Place | None


async def page(session: AsyncSession, subject: UUID, kind: Kind, after: Place | None = None, size: int = MOST) -> Page:
    """The person's cases of a kind older than ``after``, or the newest."""
    query = select(Case).where(col(Case.subject_id) == subject, col(Case.kind) == kind)
    return await _page(session, query, after, size, oldest_first=False)


async def open_of_person(session: AsyncSession, subject: UUID) -> Sequence[Case]:
    """What the person waits for, newest first."""
    query = select(Case).where(col(Case.subject_id) == subject, col(Case.state).in_(OPEN))
    return (await session.scalars(query.order_by(col(Case.filed_at).desc()).limit(MOST))).all()


async def by_reference(session: AsyncSession, subject: UUID, kind: Kind, reference: str) -> Case | None:
    """One case, if it is that person's and of that kind."""
    if not is_reference(kind, reference):
        return None
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
        found[link.case_id].append(Attached(file.id, file.name, file.kind, file.size, file.created_at, link.from_desk))
    return found


async def newer_address(session: AsyncSession, case: Case, today: date) -> str:
    """Reference of an address report filed after this one that was not refused and holds today or before; may be empty.

    One that begins later takes nobody's place yet: until its day, letters go to the address of this one.
    """
    if case.kind != Kind.ADDRESS:
        return ""
    query = select(Case.reference).where(
        col(Case.subject_id) == case.subject_id,
        col(Case.kind) == Kind.ADDRESS,
        col(Case.state) != State.REFUSED,
        col(Case.filed_at) > case.filed_at,
        col(Case.details)["since"].astext <= today.isoformat(),
    )
    return (await session.scalars(query.order_by(col(Case.filed_at).desc()).limit(1))).first() or ""


async def worklist(
    session: AsyncSession, states: Sequence[State], kind: Kind | None, after: Place | None, holder: UUID | None = None
) -> Page:
    """The desk's list: what waits, the oldest first; what is over, the newest first. ``holder``: only theirs."""
    query = select(Case).where(col(Case.state).in_(states))
    if holder is not None:
        query = query.where(col(Case.taken_by) == holder)
    if kind is not None:
        query = query.where(col(Case.kind) == kind)
    return await _page(session, query, after, MOST, oldest_first=states != OVER)


async def _page(
    session: AsyncSession, query: SelectOfScalar[Case], after: Place | None, size: int, *, oldest_first: bool
) -> Page:
    order: tuple[Any, ...] = (col(Case.filed_at), col(Case.id))
    if after is not None:
        place, wanted = tuple_(*order), (after.at, after.id)
        query = query.where(place > wanted if oldest_first else place < wanted)
    query = query.order_by(*(column if oldest_first else column.desc() for column in order))
    cases = (await session.scalars(query.limit(size + 1))).all()
    last = cases[size - 1] if len(cases) > size else None
    return Page(cases[:size], Place(last.filed_at, last.id) if last else None)


async def waiting(session: AsyncSession) -> int:
    """How many nobody has taken."""
    return await session.scalar(select(func.count()).select_from(Case).where(col(Case.state) == State.FILED)) or 0


async def held(session: AsyncSession, staff_id: UUID) -> int:
    """How many that one of the staff has taken and not answered."""
    query = select(func.count()).where(col(Case.state) == State.TAKEN, col(Case.taken_by) == staff_id)
    return await session.scalar(query) or 0
