"""What the desk does with a case. Each step asks the database whether it is still possible: two people never do the same."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import col, select

from member_space.access.space_visit import PARIS
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


async def accept(visit: StaffVisit, case_id: UUID, words: str, document: CheckedFile | None = None) -> bool:
    """Accept a report, or give the document that was asked for; False when it is not the visitor's (any more).

    Only what ``rules.hindrance`` has nothing against.
    """
    action = DeskAction.ACCEPT if document is None else DeskAction.FULFIL
    values: dict[str, Any] = {"state": State.DONE, "answered_at": visit.work.now, "words": words}
    if document is not None:
        values["available_until"] = visit.work.now.astimezone(PARIS).date() + timedelta(days=AVAILABLE_DAYS)
    case = await _change(visit, case_id, _held_by(visit.who.staff_id), values, action)
    if case is None:
        return False
    if document is not None:
        file_id = await keep(visit.work, case.subject_id, document)
        visit.work.session.add(CaseFile(case_id=case.id, file_id=file_id, from_desk=True))
    await visit.work.publish(accepted(await space_of(visit, case), case, visit.work.now))
    return True


async def refuse(visit: StaffVisit, case_id: UUID, reason: str, words: str) -> bool:
    """Refuse it with a reason (key of ``REASONS``); False when it is not the visitor's (any more)."""
    values = {"state": State.REFUSED, "answered_at": visit.work.now, "reason": reason, "words": words}
    case = await _change(visit, case_id, _held_by(visit.who.staff_id), values, DeskAction.REFUSE)
    if case is None:
        return False
    space = await space_of(visit, case)
    if space.closed_at is None:  # nobody is left to open the space that the mail speaks of
        await visit.work.publish(refused(space, case))
    return True


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
