"""An address that the desk accepted is where the next letter goes, until the back office says another."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from registration.handlers import address_changed
from registration.models import AddressChange, Person
from registration.register_import import register_import
from registration.register_row import RegisterRow
from shared.contracts.events import AddressChanged
from shared.contracts.person_id import person_id
from shared.contracts.postal_zone import PostalZone
from shared.imports.run import Line

NEW = ("APPARTEMENT 4", "3 RUE DE LA PLAGE", "97400 SAINT DENIS")


def changed(
    at: datetime, lines: tuple[str, ...] = NEW, postcode: str = "97400", reference: str = "R1"
) -> AddressChanged:
    return AddressChanged(
        person_id=person_id(reference), civility="Mme", given_name="Jeanne", family_name="Garnier",
        email="owner@example.org", reference="7K2M-Q9XR", report_id=uuid4(), changed_at=at,
        address_lines=lines, postcode=postcode,
        postal_zone=PostalZone.OVERSEAS if postcode == "97400" else PostalZone.METROPOLITAN,
    )  # fmt: skip


@pytest.fixture
def hear(database):
    async def handle(event: AddressChanged) -> None:
        async with database.unit_of_work() as work:
            await address_changed(event, work)

    return handle


@pytest.fixture
def address(database):
    """``await address()``: lines, postcode and zone in the register."""

    async def read(reference: str = "R1") -> tuple[tuple[str, ...], str, str] | None:
        async with database.unit_of_work() as work:
            person = await work.session.get(Person, person_id(reference))
            return person and (tuple(person.address_lines), person.postcode, person.postal_zone)

    return read


async def test_the_next_letter_goes_to_the_new_address(visitor, register, hear, published) -> None:
    await register()
    await hear(changed(datetime.now(UTC)))
    await visitor.ask(postcode="97400")
    [event] = await published()
    assert event["type"] == "account-requested"
    assert (tuple(event["address_lines"]), event["postal_zone"]) == (NEW, "overseas")


async def test_of_two_changes_the_later_one_holds_in_any_order_and_number(register, hear, address) -> None:
    now = datetime.now(UTC)
    older, newer = (
        changed(now + timedelta(minutes=1), ("1 RUE A", "33000 BORDEAUX"), "33000"),
        changed(now + timedelta(minutes=2)),
    )
    await register()
    for event in (newer, older, newer, older):
        await hear(event)
    assert await address() == (NEW, "97400", "overseas")


async def test_an_import_holds_over_earlier_changes_and_a_later_change_over_it(register, hear, address) -> None:
    now = datetime.now(UTC)
    await register(imported_at=now)
    await hear(changed(now - timedelta(hours=1)))
    assert await address() == (("12 rue des Exemples", "33000 BORDEAUX"), "33000", "metropolitan")
    await hear(changed(now + timedelta(hours=1)))
    assert await address() == (NEW, "97400", "overseas")


@pytest.fixture
def load(database, keys) -> Callable[..., Awaitable[None]]:
    """Import Jeanne's line of the register."""

    async def run(**changes: str) -> None:
        row = {
            "reference": "R1", "member_number": "123456", "family_name": "GARNIER", "given_name": "Jeanne",
            "birth_date": "27/03/1957", "address_line_1": "12 rue des Exemples", "postcode": "33000", "town": "Bordeaux",
        }  # fmt: skip
        async with database.unit_of_work() as work:
            await register_import(keys).store(work, [Line(2, RegisterRow(**(row | changes)))])

    return run


async def test_the_same_export_again_keeps_an_accepted_address(load, hear, address, database) -> None:
    await load()
    await hear(changed(datetime.now(UTC)))
    await load()
    await load(given_name="Anne")
    assert await address() == (NEW, "97400", "overseas")
    async with database.unit_of_work() as work:
        assert (await work.session.get(Person, person_id("R1"))).given_name == "Anne"


async def test_an_export_with_a_third_address_wins_whenever_the_change_is_heard_of(load, hear, address) -> None:
    await load()
    accepted = changed(datetime.now(UTC))
    await hear(accepted)
    await load(address_line_1="1 rue A")
    assert await address() == (("1 rue A", "33000 BORDEAUX"), "33000", "metropolitan")
    await load(address_line_1="2 rue B")
    await hear(changed(accepted.changed_at + timedelta(microseconds=1)))
    assert await address() == (("2 rue B", "33000 BORDEAUX"), "33000", "metropolitan")


async def test_an_import_of_anything_else_meanwhile_does_not_keep_a_change_out(load, hear, address) -> None:
    await load()
    accepted = changed(datetime.now(UTC))
    await load(given_name="Anne")
    await hear(accepted)
    assert await address() == (NEW, "97400", "overseas")


async def test_only_that_person_and_nothing_but_the_address(register, hear, address, database) -> None:
    before = await register("R1")
    await register("R2", numbers=("member:222222",))
    await hear(changed(datetime.now(UTC)))
    assert (await address("R2"))[1] == "33000"
    async with database.unit_of_work() as work:
        after = await work.session.get(Person, before.id)
        kept = Person.model_fields.keys() - {"address_lines", "postcode", "postal_zone"}
        assert after.model_dump(include=kept) == before.model_dump(include=kept)


async def test_a_stranger_is_left_alone(hear, address, database) -> None:
    event = changed(datetime.now(UTC))
    await hear(event)
    assert await address() is None
    async with database.unit_of_work() as work:
        noted = await work.session.get(AddressChange, event.person_id)
        assert noted.report_id == event.report_id
