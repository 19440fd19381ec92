"""Whether a person's account is confirmed, and at which address, whatever order its events are heard in."""

from itertools import permutations

import pytest
from support.registration import activated, confirmed

from registration import register
from shared.contracts.person_id import person_id

OLD, NEW = "old@example.org", "new@example.org"


@pytest.fixture
def address(database):
    """The address of Jeanne's account, while it is confirmed."""

    async def read() -> str | None:
        async with database.unit_of_work() as work:
            return await register.confirmed_address(work, person_id("R1"))

    return read


@pytest.mark.parametrize(("told", "expected"), [
    ([(activated, 9)], None),
    ([(confirmed, 9)], OLD),
    ([(activated, 9), (confirmed, 8)], OLD),
    ([(activated, 8), (confirmed, 8)], OLD),
    ([(activated, 9), (confirmed, 8), (activated, 7)], None),
    ([(activated, 9), (confirmed, 8), (activated, 7), (confirmed, 6)], NEW),
])  # fmt: skip
async def test_an_account_is_confirmed_until_it_is_activated_anew(hear, execute, address, told, expected) -> None:
    for order in permutations(told):
        await execute("DELETE FROM account_state")
        for make, hours in order:
            event = make() if make is activated else make(email=NEW if hours == 6 else OLD)
            await hear(event, hours_ago=hours)
            await hear(event, hours_ago=hours)
        assert await address() == expected, order


async def test_an_address_that_is_heard_of_late_does_not_come_back(hear, address) -> None:
    await hear(activated(), hours_ago=9)
    await hear(confirmed(email=NEW), hours_ago=1)
    await hear(confirmed(email=OLD), hours_ago=8)
    assert await address() == NEW


async def test_another_address_that_is_confirmed_takes_its_place(hear, address) -> None:
    for hours, email in ((8, OLD), (1, NEW)):
        await hear(confirmed(email=email), hours_ago=hours)
    assert await address() == NEW


async def test_who_has_used_a_letter_for_recovery_and_mistyped_the_address_gets_an_ordinary_letter(
    visitor, register, published, hear
) -> None:
    await register()
    for event, hours in ((activated(), 9), (confirmed(), 8), (activated(email="mistyped@example.org"), 1)):
        await hear(event, hours_ago=hours)
    await visitor.ask()
    assert [(event["type"], event["purpose"]) for event in await published()] == [("account-requested", "activation")]
