"""One function per event."""

from sqlalchemy.dialects.postgresql import insert

from member_space.models import Space
from shared.contracts.events import EmailConfirmed
from shared.database.unit_of_work import UnitOfWork


async def email_confirmed(event: EmailConfirmed, work: UnitOfWork) -> None:
    """Open the person's space; a later confirmation (new address, new account) updates it and keeps the opening date."""
    told = event.model_dump(
        include={"person_id", "account_id", "civility", "given_name", "family_name", "email"}
    )  # fmt: skip
    opening = insert(Space).values(**told, opened_at=work.now)
    await work.session.execute(opening.on_conflict_do_update(index_elements=["person_id"], set_=told))
