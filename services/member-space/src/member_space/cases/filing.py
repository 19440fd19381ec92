"""Filing a case: with its files and its event, in one transaction, once for each form."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from member_space.access.space_visit import SpaceVisit
from member_space.cases.events import filed
from member_space.cases.models import Case, CaseFile
from member_space.cases.rules import DAILY_LIMIT, Kind, State, new_reference
from member_space.files.storing import attach
from shared.web.problem import Problem

TOO_MANY = f"Vous avez envoyé {DAILY_LIMIT} demandes en 24\u00a0heures"
LATER = "Recommencez demain, ou appelez-nous si c’est urgent"


class TooManyCasesError(Problem):
    """Who acts has filed ``DAILY_LIMIT`` cases in this space in 24 hours: nothing was filed, the form is to be shown again."""

    words = f"{TOO_MANY}. {LATER}"

    def __init__(self) -> None:
        super().__init__(429, TOO_MANY, f"{LATER}.")


async def file_case(
    visit: SpaceVisit, kind: Kind, details: Mapping[str, Any], files: Sequence[UUID], submission_id: UUID
) -> str:
    """File it, and return its reference; the same again for the same form.

    Of two requests with one form at once, the second waits for the first one's commit.

    Raises:
        Problem: 409 when something else was filed with this id.
        TooManyCasesError: beyond ``DAILY_LIMIT``.
    """
    work, case_id, reference = visit.work, uuid4(), new_reference(kind)
    async with work.session.begin_nested():  # one too many leaves nothing, and its page can still be shown
        made = await work.session.execute(
            insert(Case)
            .values(
                id=case_id, reference=reference, kind=kind, subject_id=visit.subject, actor_id=visit.actor,
                submission_id=submission_id, details=dict(details), state=State.FILED, filed_at=work.now,
                taken_name="", reason="", words="",
            )
            .on_conflict_do_nothing(index_elements=["submission_id"])
            .returning(col(Case.id))
        )  # fmt: skip
        new = made.first() is not None
        if new and await _filed_today(visit) > DAILY_LIMIT:
            raise TooManyCasesError
    if not new:
        before = await filed_before(visit, kind, submission_id)
        if before is None:
            raise Problem(409)
        return before
    await attach(work, files)
    for file_id in files:
        work.session.add(CaseFile(case_id=case_id, file_id=file_id, from_desk=False))
    await work.publish(filed(visit.space, kind, case_id, reference))
    visit.done(reference)
    return reference


async def filed_before(visit: SpaceVisit, kind: Kind, submission_id: UUID) -> str | None:
    """The reference of what this form has filed already."""
    query = select(Case.reference).where(
        Case.submission_id == submission_id, Case.subject_id == visit.subject, Case.kind == kind
    )
    return (await visit.work.session.scalars(query)).one_or_none()


async def _filed_today(visit: SpaceVisit) -> int:
    """By who acts, lest a delegate uses up what the person may; by the index on ``subject_id``. This one is among them."""
    since = visit.work.now - timedelta(hours=24)
    query = select(func.count()).where(
        Case.subject_id == visit.subject, Case.actor_id == visit.actor, col(Case.filed_at) > since
    )
    return (await visit.work.session.execute(query)).scalar_one()
