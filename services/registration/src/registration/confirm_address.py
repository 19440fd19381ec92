"""``registration confirm-address``: letters go to an address again from which one came back, as somebody found it right."""

from enum import StrEnum

from sqlmodel import col, select

from registration.models import Person
from registration.returned_letters import address_is_right
from shared.database.unit_of_work import UnitOfWork


class Confirmed(StrEnum):
    """What the command line says."""

    DONE = "confirmed: a letter may be asked for again"
    NOBODY = "nobody of the register has this reference"
    NOTHING_RETURNED = "no letter came back from this address: nothing to do"


async def confirm_address(work: UnitOfWork, reference: str) -> Confirmed:
    """What came back until now says nothing against the address any more."""
    person_id = await work.session.scalar(select(Person.id).where(col(Person.reference) == reference))
    if person_id is None:
        return Confirmed.NOBODY
    return Confirmed.DONE if await address_is_right(work, person_id, work.now) else Confirmed.NOTHING_RETURNED
