"""One function per event."""

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from member_space.models import Space
from shared.contracts.events import EmailConfirmed
from shared.database.unit_of_work import UnitOfWork


async def email_confirmed(event: EmailConfirmed, work: UnitOfWork) -> None:
    """Open the person's space; a later confirmation (new address, new account) updates it and keeps the opening date.

    A closed space opens again, unless that confirmation is older than its closing (decision 0027).
    """
    told = event.model_dump(
        include={"person_id", "account_id", "civility", "given_name", "family_name", "email"}
    )  # fmt: skip
    opening = insert(Space).values(**told, opened_at=work.now)
    at = work.cause.time if work.cause else work.now
    reopened = {"closed_at": case((col(Space.closed_at) < at, None), else_=col(Space.closed_at))}
    await work.session.execute(opening.on_conflict_do_update(index_elements=["person_id"], set_=told | reopened))
