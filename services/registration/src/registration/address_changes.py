"""A postal address that the desk accepted takes the place of the register's, until the back office says another."""

from uuid import UUID

import structlog
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from registration.models import AddressChange, Person
from registration.returned_letters import address_is_right
from registration.tracking import canonical_address
from shared.contracts.events import AddressChanged
from shared.database.unit_of_work import UnitOfWork

log = structlog.get_logger()


async def address_changed(event: AddressChanged, work: UnitOfWork) -> None:
    """The next letter goes to the new address. Of changes and of imports that said another address, the latest holds, in
    whatever order they are heard of. Of an address that is accepted anew, what came back until then says nothing any more.

    A person who is not in the register (any more) gets no letter: there is nothing to change.
    """
    if not await _is_newest(work, event):
        return
    before = await work.session.scalar(select(Person.address_lines).where(col(Person.id) == event.person_id))
    if before is not None and canonical_address(before) == canonical_address(event.address_lines):
        await address_is_right(work, event.person_id, event.changed_at)
    changed = await work.session.execute(
        update(Person)
        .where(col(Person.id) == event.person_id, col(Person.imported_at) <= event.changed_at)
        .values(address_lines=list(event.address_lines), postcode=event.postcode, postal_zone=event.postal_zone.value)
        .returning(col(Person.id))
    )
    if changed.first() is None:
        log.info("address not changed: unknown person, or a later one was imported", report_id=str(event.report_id))


async def _is_newest(work: UnitOfWork, event: AddressChanged) -> bool:
    """Note the change, unless a later one was heard of; the person's row of ``address_change`` is then locked."""
    values = {"person_id": event.person_id, "report_id": event.report_id, "changed_at": event.changed_at}
    noted = await work.session.execute(
        insert(AddressChange)
        .values(values)
        .on_conflict_do_update(
            index_elements=["person_id"], set_=values, where=col(AddressChange.changed_at) < event.changed_at
        )
        .returning(col(AddressChange.person_id))
    )
    person_id: UUID | None = noted.scalar_one_or_none()
    return person_id is not None
