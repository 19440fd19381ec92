"""« Identifiant oublié »: the owner of an account is told at its address, and nobody can tell from the answer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from support.forgetting import forget
from support.registration import IDENTIFIER, RECOVERY, activated, confirmed

from registration.retention import rules
from shared.contracts.person_id import person_id

SENT = "/compte/identifiant-oublie/envoye"


@pytest.fixture
def visitor(new_visitor):
    return new_visitor(path=IDENTIFIER)


@pytest.fixture
async def owner(register, hear):
    """Jeanne Garnier, with a confirmed account."""
    await hear(activated(), hours_ago=9)
    await hear(confirmed(), hours_ago=8)
    return await register()


@pytest.fixture
def rows(execute):
    """Each request: whose it is, when somebody is told."""

    async def read():
        return [one for (one,) in await execute("SELECT person_id FROM identifier_request ORDER BY requested_at")]

    return read


async def test_the_owner_is_told_at_the_address_of_the_account(visitor, owner, published, rows) -> None:
    sent = await visitor.ask(family_name="martin")
    assert (sent.status_code, sent.headers["location"]) == (303, SENT)
    [event] = await published()
    assert event.pop("request_id")
    assert event == {"type": "identifier-reminder-requested", "person_id": str(owner.id), "email": "owner@example.org"}
    assert await rows() == [owner.id]
    page = await visitor.client.get(SENT)
    assert "Si ces informations correspondent à un compte" in page.text
    assert "owner" not in page.text


@pytest.mark.parametrize("answers", [
    {"number": "654321"}, {"family_name": "Dupont"}, {"birth_day": "26"}, {"postcode": "33001"},
])  # fmt: skip
async def test_one_wrong_fact_tells_nobody(visitor, owner, published, rows, answers) -> None:
    assert (await visitor.ask(**answers)).status_code == 303
    assert await published() == []
    assert await rows() == [None]


@pytest.mark.parametrize("told", [[], [(activated, 9)], [(confirmed, 9), (activated, 8)]])
async def test_an_account_that_is_not_confirmed_tells_nobody(visitor, register, published, hear, told) -> None:
    await register()
    for make, hours in told:
        await hear(make(), hours_ago=hours)
    assert (await visitor.ask()).status_code == 303
    assert await published() == []


async def test_one_mail_in_ten_minutes_and_five_a_day(visitor, owner, published) -> None:
    start = datetime.now(UTC)
    told = []
    for minutes in (0, 9, 11, 22, 33, 44, 55, 24 * 60 + 1):
        before = len(await published())
        with time_machine.travel(start + timedelta(minutes=minutes), tick=True):
            assert (await visitor.ask()).headers["location"] == SENT
        told.append(len(await published()) - before)
    assert told == [1, 0, 1, 1, 1, 1, 0, 1]


async def test_ten_at_once_are_one_mail(new_visitor, owner, published, rows) -> None:
    visitors = [new_visitor(path=IDENTIFIER) for _ in range(10)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    answers = await asyncio.gather(*(visitor.post() for visitor in visitors))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await published()) == 1
    assert sorted(map(str, await rows())) == sorted([str(owner.id), *["None"] * 9])


async def test_a_page_sent_twice_is_one_request(visitor, owner, published, rows) -> None:
    await visitor.open()
    first, second = await asyncio.gather(visitor.post(), visitor.post())
    third = await visitor.post()
    assert {one.status_code for one in (first, second, third)} == {303}
    assert len(await rows()) == len(await published()) == 1


async def test_nobody_can_tell_a_match_from_anything_else(new_visitor, owner, register, published) -> None:
    await register("R2", numbers=("member:222222",))
    seen = []
    for answers in ({}, {}, {"number": "222222"}, {"number": "999999"}, {"family_name": "Inconnu"}):
        visitor = new_visitor(path=IDENTIFIER)
        sent = await visitor.ask(**answers)
        page = await visitor.client.get(sent.headers["location"])
        seen.append((sent.status_code, sent.headers.multi_items(), sent.text, page.status_code, page.text))
    assert all(one == seen[0] for one in seen)
    assert "set-cookie" not in dict(seen[0][1])
    assert len(await published()) == 1


async def test_a_letter_and_a_mail_are_counted_apart(new_visitor, visitor, owner, published) -> None:
    await visitor.ask()
    await new_visitor(path=RECOVERY).ask()
    assert [event["type"] for event in await published()] == [
        "identifier-reminder-requested", "account-requested", "recovery-letter-requested",
    ]  # fmt: skip


async def test_nothing_is_kept_longer_than_it_counts(visitor, owner, execute, database, rows, settings) -> None:
    await visitor.ask()
    kept = str(await execute("SELECT identifier_request::text FROM identifier_request"))
    assert not any(typed in kept for typed in ("123456", "GARNIER", "1957", "33000", "owner@example.org"))
    terms = rules(settings)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=23), tick=True):
        await forget(database, terms)
        assert await rows() == [person_id("R1")]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=True):
        await forget(database, terms)
    assert await rows() == []
