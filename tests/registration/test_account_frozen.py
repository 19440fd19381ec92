"""An account was frozen: the letters asked for until then are void, and keep its owner from no other."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import time_machine
from support.forgetting import forget
from support.registration import CREATE, RECOVERY, activated, confirmed, frozen

from registration import register as known
from registration.models import AccountState
from registration.retention import rules
from shared.contracts.events import AccountClosed
from shared.contracts.person_id import person_id


@pytest.fixture
def visitor(new_visitor):
    return new_visitor(path=RECOVERY)


@pytest.fixture
async def owner(register, hear):
    """Jeanne Garnier, with a confirmed account."""
    await hear(activated(), hours_ago=99)
    await hear(confirmed(), hours_ago=98)
    return await register()


@pytest.fixture
def state(database):
    """What is known of Jeanne's account."""

    async def read() -> AccountState | None:
        async with database.unit_of_work() as work:
            return await work.session.get(AccountState, person_id("R1"))

    return read


def closed(at: datetime) -> AccountClosed:
    return AccountClosed(
        person_id=person_id("R1"), civility="Mme", given_name="Jeanne", family_name="Garnier", email="owner@example.org",
        reference="C-7K2M-Q9XR", request_id=uuid4(), account_id=uuid4(), closed_at=at,
    )  # fmt: skip


async def test_a_stranger_s_letter_does_not_keep_the_owner_from_one(
    new_visitor, visitor, owner, hear, outcomes, published
) -> None:
    await new_visitor(path=RECOVERY).ask()
    await visitor.ask()
    await hear(frozen(datetime.now(UTC)))
    await visitor.ask()
    await visitor.ask()
    assert await outcomes() == ["letter", "too-soon", "letter", "too-soon"], "a letter asked for since then counts"
    letters = [event["purpose"] for event in await published() if event["type"] == "account-requested"]
    assert letters == ["recovery", "recovery"]


async def test_neither_do_four_of_them(visitor, owner, hear, outcomes) -> None:
    now = datetime.now(UTC)
    for days in (16, 12, 8, 4):
        with time_machine.travel(now - timedelta(days=days), tick=True):
            await visitor.ask()
    await visitor.ask()
    await hear(frozen(now - timedelta(minutes=1)))
    await visitor.ask()
    assert [one for one in await outcomes() if one != "letter"] == ["too-many"]
    assert (await outcomes())[-1] == "letter"


async def test_nor_those_of_an_account_that_nobody_has_confirmed_since_it_was_opened_anew(
    visitor, owner, hear, outcomes, published
) -> None:
    await visitor.ask()
    await hear(activated(email="stranger@example.org"))
    now = datetime.now(UTC)
    await hear(frozen(now, email="stranger@example.org").model_copy(update={"confirmed": False}))
    await visitor.ask()
    assert await outcomes() == ["letter", "letter"]
    assert [event["purpose"] for event in await published() if "purpose" in event] == ["recovery", "activation"]


async def test_of_a_frozen_account_no_other_is_made_by_the_other_form(new_visitor, owner, hear, published) -> None:
    await hear(frozen(datetime.now(UTC)))
    await new_visitor(path=CREATE).ask()
    assert [event["type"] for event in await published()] == ["account-request-refused", "account-already-open"]


async def test_somebody_else_s_freezing_changes_nothing(visitor, owner, register, hear, outcomes) -> None:
    await register("R2", numbers=("member:222222",))
    await visitor.ask()
    await hear(frozen(datetime.now(UTC), reference="R2"))
    await visitor.ask()
    assert await outcomes() == ["letter", "too-soon"]


@pytest.mark.parametrize(
    ("activation", "confirmation", "freezing", "closing"),
    [(9, 8, 7, None), (9, 8, 7, 6), (9, 8, 6, 7), (6, 5, 7, None), (6, 5, 8, 7)],
)
async def test_it_is_known_in_whatever_order_it_is_heard(
    database, execute, hear, state, activation, confirmation, freezing, closing
) -> None:
    now = datetime.now(UTC)
    told = [
        (activated(), activation),
        (confirmed(), confirmation),
        (frozen(now - timedelta(hours=freezing)), freezing),
        *([(closed(now - timedelta(hours=closing)), closing)] if closing else []),
    ]
    for order in permutations(told):
        await execute("DELETE FROM account_state")
        for event, hours in order:
            await hear(event, hours_ago=hours)
            await hear(event, hours_ago=hours)
        assert (await state()).frozen_at == now - timedelta(hours=freezing), order
        async with database.unit_of_work() as work:
            address = await known.confirmed_address(work, person_id("R1"))
        is_open = closing is None or confirmation < closing
        assert address == ("owner@example.org" if is_open else None), order


async def test_the_latest_counts(hear, state) -> None:
    now = datetime.now(UTC)
    for hours in (5, 1, 3):
        await hear(frozen(now - timedelta(hours=hours)))
    assert (await state()).frozen_at == now - timedelta(hours=1)


async def test_it_is_forgotten_once_no_letter_of_before_would_count(owner, hear, state, database, settings) -> None:
    now = datetime.now(UTC)
    await hear(frozen(now))
    with time_machine.travel(now + timedelta(days=29), tick=True):
        await forget(database, rules(settings))
    assert (await state()).frozen_at == now
    with time_machine.travel(now + timedelta(days=31), tick=True):
        await forget(database, rules(settings))
    found = await state()
    assert (found.frozen_at, found.email) == (None, "owner@example.org")
