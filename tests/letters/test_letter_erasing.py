"""Posted letters lose what is personal in them, at their term or with the account; what they are for goes on working.

Parked ones go whole.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from support.forgetting import due, forget

from letters.erasing import NOBODYS_BIRTH, account_closed
from letters.handlers import on_account_requested
from letters.models import LetterState
from letters.parked import release
from letters.provisional_validity import LONGEST, valid_until
from letters.retention import rules
from shared.contracts.events import AccountClosed, LetterPrinted
from shared.contracts.postal_zone import PostalZone


@pytest.fixture
async def asked(world):
    """Two letters that were posted; returns what asked for them."""
    events = await world.ask(2)
    await world.maker().make()
    (batch,) = await world.offered()
    await world.receive(batch, "posted")
    return events


def closed(event, closed_at=None) -> AccountClosed:
    return AccountClosed(
        person_id=event.person_id, civility="Mme", given_name="Éléonore", family_name="Garnier", email=event.email,
        account_id=uuid4(), request_id=uuid4(), reference="C-7K2M-Q9XR", closed_at=closed_at or datetime.now(UTC),
    )  # fmt: skip


async def hear(world, event) -> None:
    async with world.database.unit_of_work() as work:
        await account_closed(event, work)


def is_erased(letter) -> bool:
    personal = letter.model_dump(
        include={
            "civility",
            "given_name",
            "family_name",
            "email",
            "number_fingerprints",
            "address_lines",
            "traceparent",
        }
    )
    assert any(personal.values()) is (letter.birth_date != NOBODYS_BIRTH), "all of it, or nothing"
    return letter.birth_date == NOBODYS_BIRTH


async def erased(world) -> dict:
    return {letter.request_id: is_erased(letter) for letter in await world.letters()}


async def test_at_the_end_of_its_term_a_posted_letter_says_no_more_whose_it_is(world, asked, letter_settings):
    terms = rules(letter_settings(posted_letters_kept_days=30))
    await world.ask(1)
    now = datetime.now(UTC)
    for days, expected in ((60, 0), (62, 2)):
        with time_machine.travel(now + timedelta(days=days), tick=True):
            assert (await due(world.database, terms)).get("posted-letters", 0) == expected
            await forget(world.database, terms)
        assert sum((await erased(world)).values()) == expected
    assert await due(world.database, terms) == {}


def test_no_letter_works_longer_than_its_term_supposes():
    posted = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for zone in PostalZone:
        assert valid_until(posted.date(), posted, zone) <= posted + LONGEST


async def test_a_stub_keeps_a_request_from_a_second_letter_and_bears_late_receipts(world, asked, letter_settings):
    (batch,) = await world.offered()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=70), tick=True):
        await forget(world.database, rules(letter_settings()))
        for outcome in ("taken", "posted"):
            await world.receive(batch, outcome)
        async with world.database.unit_of_work() as work:
            await on_account_requested(asked[0], work)
    assert list((await erased(world)).values()) == [True, True]
    assert len(await world.published(LetterPrinted)) == 2


async def test_stubs_and_batches_go_at_last_and_a_letter_that_waits_stays(world, asked, letter_settings):
    (waiting,) = await world.ask(1)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=366), tick=True):
        await forget(world.database, rules(letter_settings()))
    assert [letter.request_id for letter in await world.letters()] == [waiting.request_id]
    assert await world.batches() == []
    assert await world.files() == 0


async def test_a_closed_account_leaves_no_trace_in_its_posted_letters(world, asked):
    event = closed(asked[0])
    for _ in range(2):
        await hear(world, event)
        assert await erased(world) == {asked[0].request_id: True, asked[1].request_id: False}


async def test_a_letter_on_its_way_is_printed_all_the_same(world):
    (waiting,) = await world.ask(1)
    await hear(world, closed(waiting))
    await world.maker().make()
    await hear(world, closed(waiting))
    assert await erased(world) == {waiting.request_id: False}
    (batch,) = await world.offered()
    await world.receive(batch, "posted")
    (told,) = await world.published(LetterPrinted)
    assert told.family_name == "Garnier"
    await hear(world, closed(waiting))
    assert await erased(world) == {waiting.request_id: True}


async def test_an_old_closing_leaves_what_was_asked_for_since(world, asked):
    await hear(world, closed(asked[0], closed_at=asked[0].requested_at - timedelta(seconds=1)))
    assert not any((await erased(world)).values())


UNPRINTABLE = ("1 rue X", "Paris")


async def park(world, count: int = 1) -> list:
    """Letters that can't be printed; returns what asked for them."""
    events = await world.ask(count, address_lines=UNPRINTABLE)
    await world.maker().make()
    assert {letter.state for letter in await world.letters()} == {LetterState.PARKED}
    return events


async def test_a_parked_letter_is_kept_for_its_term_and_no_longer(world, letter_settings):
    terms = rules(letter_settings(parked_letters_kept_days=90))
    (asked,) = await park(world)
    now = datetime.now(UTC)
    for days, kept in ((89, [asked.request_id]), (91, [])):
        with time_machine.travel(now + timedelta(days=days), tick=True):
            assert (await due(world.database, terms)).get("parked-letters", 0) == 1 - len(kept)
            await forget(world.database, terms)
        assert [letter.request_id for letter in await world.letters()] == kept


async def test_a_parked_letter_that_is_released_is_owed_again(world, letter_settings):
    terms = rules(letter_settings(parked_letters_kept_days=90))
    (asked,) = await park(world)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=89), tick=True):
        async with world.database.unit_of_work() as work:
            assert await release(work, "postcode-line-wrong") == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(days=91), tick=True):
        await forget(world.database, terms)
        await world.maker().make()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=178), tick=True):
        await forget(world.database, terms)
    assert [letter.request_id for letter in await world.letters()] == [asked.request_id], (
        "parked again on day 91 at first"
    )


async def test_a_closed_account_leaves_no_parked_letter_that_could_be_released(world):
    mine, anothers = await park(world, 2)
    await hear(world, closed(mine, closed_at=mine.requested_at - timedelta(seconds=1)))
    assert len(await world.letters()) == 2, "asked for after the closing"
    for _ in range(2):
        await hear(world, closed(mine))
        assert [letter.request_id for letter in await world.letters()] == [anothers.request_id]
    async with world.database.unit_of_work() as work:
        assert await release(work, "postcode-line-wrong") == 1
