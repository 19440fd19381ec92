"""What the desk does with a case. Each step asks the database whether it is still possible: two people never do the same."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import col, select

from member_space.cases.events import accepted, refused
from member_space.cases.models import Case, CaseFile
from member_space.cases.rules import AVAILABLE_DAYS, Kind, State
from member_space.desk.actions import DeskAction, note
from member_space.desk.staff_visit import StaffVisit
from member_space.files.storing import keep
from member_space.spaces.models import Space
from shared.files.checking import CheckedFile


async def take(visit: StaffVisit, case_id: UUID) -> bool:
    """Take a free one; False when somebody else has it, or it is answered. Taking one's own again changes nothing."""
    if await _change(visit, case_id, col(Case.state) == State.FILED, _taken(visit), DeskAction.TAKE) is not None:
        return True
    return await _holds(visit, case_id)


async def take_over(visit: StaffVisit, case_id: UUID, had: UUID) -> bool:
    """Take it from who has it, as it was shown; False when it is in other hands since then, or answered."""
    theirs = _held_by(had) & (col(Case.taken_by) != visit.who.staff_id)
    if await _change(visit, case_id, theirs, _taken(visit), DeskAction.TAKE_OVER) is not None:
        return True
    return await _holds(visit, case_id)


async def release(visit: StaffVisit, case_id: UUID) -> bool:
    """Put it back into the list; False when it is not the visitor's."""
    values = {"state": State.FILED, "taken_by": None, "taken_name": "", "taken_at": None}
    return await _change(visit, case_id, _held_by(visit.who.staff_id), values, DeskAction.RELEASE) is not None


async def to_answer(visit: StaffVisit, case_id: UUID) -> tuple[Case, Space]:
    """A case to be answered and whose it is, locked: until the commit nobody else answers, nor is the space closed.

    Closing an account locks the space and no case, so that the two never wait for each other.
    """
    session = visit.work.session
    case = await session.get_one(Case, case_id, with_for_update=True, populate_existing=True)
    space = await session.get_one(Space, case.subject_id, with_for_update={"read": True}, populate_existing=True)
    return case, space


def is_to_answer(visit: StaffVisit, case: Case) -> bool:
    """Whether the visitor has it, and nobody has answered."""
    return case.state == State.TAKEN and case.taken_by == visit.who.staff_id


async def accept(visit: StaffVisit, case: Case, space: Space, words: str, document: CheckedFile | None = None) -> None:
    """Accept a report, or give the document that was asked for. Both are locked by ``to_answer``, and ``is_to_answer``.

    Only what ``rules.hindrance`` has nothing against.
    """
    case.state, case.answered_at, case.words = State.DONE, visit.work.now, words
    if document is not None:
        case.available_until = visit.today + timedelta(days=AVAILABLE_DAYS)
        file_id = await keep(visit.work, case.subject_id, document)
        visit.work.session.add(CaseFile(case_id=case.id, file_id=file_id, from_desk=True))
    note(visit, DeskAction.ACCEPT if document is None else DeskAction.FULFIL, case.subject_id, case.reference)
    await visit.work.publish(accepted(space, case, visit.work.now))


async def refuse(visit: StaffVisit, case: Case, space: Space, reason: str, words: str) -> None:
    """Refuse it with a reason (of ``reasons_for``). Both are locked by ``to_answer``, and ``is_to_answer``."""
    case.state, case.answered_at, case.reason, case.words = State.REFUSED, visit.work.now, reason, words
    note(visit, DeskAction.REFUSE, case.subject_id, case.reference)
    if space.closed_at is None:  # nobody is left to open the space that the mail speaks of
        await visit.work.publish(refused(space, case))


def needs_document(case: Case) -> bool:
    """Whether accepting it means to attach one."""
    return case.kind == Kind.DOCUMENT


def _taken(visit: StaffVisit) -> dict[str, Any]:
    return {
        "state": State.TAKEN, "taken_by": visit.who.staff_id, "taken_name": visit.who.name, "taken_at": visit.work.now,
    }  # fmt: skip


def _held_by(staff_id: UUID) -> ColumnElement[bool]:
    return (col(Case.state) == State.TAKEN) & (col(Case.taken_by) == staff_id)


async def _holds(visit: StaffVisit, case_id: UUID) -> bool:
    query = select(Case.id).where(col(Case.id) == case_id, _held_by(visit.who.staff_id))
    return (await visit.work.session.scalars(query)).first() is not None


async def _change(
    visit: StaffVisit, case_id: UUID, condition: ColumnElement[bool], values: Mapping[str, Any], action: DeskAction
) -> Case | None:
    """Change it where the condition still holds, with its line in the journal; None where it does not."""
    statement = update(Case).where(col(Case.id) == case_id, condition).values(**values).returning(Case)
    case = (await visit.work.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()
    if case is not None:
        note(visit, action, case.subject_id, case.reference)
    return case


async def space_of(visit: StaffVisit, case: Case) -> Space:
    """Whose it is."""
    return await visit.work.session.get_one(Space, case.subject_id)
