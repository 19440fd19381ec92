"""Letters that came back, and an address of which somebody says that it is right all the same."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from registration.models import AccountRequest
from shared.database.unit_of_work import UnitOfWork


async def address_is_right(work: UnitOfWork, person_id: UUID, said_at: datetime) -> bool:
    """What came back until then says nothing against the address any more: a name was missing on the mailbox, the postman
    was mistaken. Returns whether anything had come back."""
    told = await work.session.execute(
        update(AccountRequest)
        .where(
            col(AccountRequest.person_id) == person_id,
            col(AccountRequest.returned_at) <= said_at,
            col(AccountRequest.address_fingerprint).is_not(None),
        )
        .values(address_fingerprint=None)
        .returning(col(AccountRequest.id))
    )
    return told.first() is not None
