"""Filing a case: with its files and its event, in one transaction, once for each form."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from member_space.access.space_visit import SpaceVisit
from member_space.cases.events import filed
from member_space.cases.models import Case, CaseFile
from member_space.cases.rules import Kind, State, new_reference
from member_space.files.storing import attach


async def file_case(
    visit: SpaceVisit, kind: Kind, details: Mapping[str, Any], files: Sequence[UUID], submission_id: UUID
) -> str:
    """File it, and return its reference; the same again for the same form.

    Of two requests with one form at once, the second waits for the first one's commit.
    """
    work, case_id, reference = visit.work, uuid4(), new_reference(kind)
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
    if made.first() is None:
        query = select(Case.reference).where(
            col(Case.submission_id) == submission_id, col(Case.subject_id) == visit.subject
        )
        return (await work.session.scalars(query)).one()
    await attach(work, files)
    for file_id in files:
        work.session.add(CaseFile(case_id=case_id, file_id=file_id, from_desk=False))
    await work.publish(filed(visit.space, kind, case_id, reference))
    visit.done(reference)
    return reference
