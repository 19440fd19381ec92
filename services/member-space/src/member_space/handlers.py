"""One function per event."""

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, or_

from member_space.models import Space
from shared.contracts.events import EmailConfirmed
from shared.database.unit_of_work import UnitOfWork


async def email_confirmed(event: EmailConfirmed, work: UnitOfWork) -> None:
    """Open the person's space; a later confirmation (new address, new account) updates it and keeps the opening date.

    An older one that arrives late changes nothing. A closed space opens again, unless that confirmation is older than its
    closing (decision 0027).
    """
    at = work.cause.time if work.cause else work.now
    told = event.model_dump(include={"person_id", "account_id", "civility", "given_name", "family_name", "email"})
    told["told_at"] = at
    reopened = {"closed_at": case((col(Space.closed_at) < at, None), else_=col(Space.closed_at))}
    await work.session.execute(
        insert(Space)
        .values(**told, opened_at=work.now)
        .on_conflict_do_update(
            index_elements=["person_id"],
            set_=told | reopened,
            where=or_(col(Space.told_at).is_(None), col(Space.told_at) <= at),
        )
    )
