"""« Retrouver l’accès par courrier »: a letter for who has an account, or an ordinary one, and the same answer for all."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from support.registration import CREATE, RECOVERY, activated, confirmed

DATED = r"[0-9A-Z]{4}-[0-9A-Z]{4}|\d+ \w+ \d{4} à \d+\xa0h\xa0\d+"


@pytest.fixture
def visitor(new_visitor):
    return new_visitor(path=RECOVERY)


@pytest.fixture
async def owner(register, hear):
    """Jeanne Garnier, with a confirmed account."""
    await hear(activated(), hours_ago=9)
    await hear(confirmed(), hours_ago=8)
    return await register()


async def test_a_confirmed_account_gets_a_letter_for_recovery_and_its_owner_is_warned(
    visitor, owner, published, outcomes
) -> None:
    await visitor.ask(email="new@example.org", email_confirmation="new@example.org")
    letter, warning = await published()
    assert (letter["type"], letter["purpose"], letter["email"]) == ("account-requested", "recovery", "new@example.org")
    assert letter["address_lines"] == ["12 rue des Exemples", "33000 BORDEAUX"]
    assert warning["type"] == "recovery-letter-requested"
    assert {(one["person_id"], one["request_id"]) for one in (letter, warning)} == {
        (str(owner.id), letter["request_id"])
    }
    assert await outcomes() == ["letter"]


@pytest.mark.parametrize("told", [[], [(activated, 9)], [(confirmed, 9), (activated, 8)]])
async def test_without_a_confirmed_account_it_is_an_ordinary_letter(visitor, register, published, hear, told) -> None:
    await register()
    for make, hours in told:
        await hear(make(), hours_ago=hours)
    await visitor.ask()
    assert [(event["type"], event["purpose"]) for event in await published()] == [("account-requested", "activation")]


async def test_letters_of_both_kinds_are_counted_together(new_visitor, visitor, register, hear, published) -> None:
    await register()
    ordinary = new_visitor(path=CREATE)
    start = datetime.now(UTC)
    for hours, one in ((0, ordinary), (25, ordinary), (50, ordinary)):
        with time_machine.travel(start + timedelta(hours=hours), tick=True):
            await one.ask()
    await hear(confirmed())
    for hours in (51, 75, 100):
        with time_machine.travel(start + timedelta(hours=hours), tick=True):
            await visitor.ask()
    told = [event.get("reason", event.get("purpose", event["type"])) for event in await published()]
    assert told == ["activation"] * 3 + ["too-soon", "recovery", "recovery-letter-requested", "too-many-letters"]


async def test_creating_an_account_that_is_open_stays_as_it_was(new_visitor, owner, published) -> None:
    await new_visitor(path=CREATE).ask()
    assert [event["type"] for event in await published()] == ["account-request-refused", "account-already-open"]


async def test_a_page_sent_twice_is_one_request(visitor, owner, published, outcomes) -> None:
    await visitor.open()
    answers = [await visitor.post() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.headers["set-cookie"] for answer in answers}) == 1
    assert (await outcomes(), len(await published())) == (["letter"], 2)


async def test_the_page_after_it_speaks_of_recovery(new_visitor, visitor, execute) -> None:
    await visitor.ask()
    [row] = await execute("SELECT reference, purpose FROM account_request")
    page = (await visitor.client.get("/compte/demande")).text
    assert row.purpose == "recovery"
    assert f"{row.reference[:4]}-{row.reference[4:]}" in page
    assert "courrier de secours" in page
    assert "sans compte actif" not in page
    other = new_visitor(path=CREATE)
    await other.ask()
    page = (await other.client.get("/compte/demande")).text
    assert "sans compte actif" in page
    assert "courrier de secours" not in page


async def test_nobody_can_tell_a_match_from_anything_else(new_visitor, owner, register, outcomes) -> None:
    await register("R2", numbers=("member:222222",))
    seen = []
    for answers in ({}, {}, {"number": "222222"}, {"number": "999999"}, {"family_name": "Inconnu"}):
        visitor = new_visitor(path=RECOVERY)
        sent = await visitor.ask(**answers)
        page = await visitor.client.get(sent.headers["location"])
        cookie = re.sub(r"=[\w.-]+;", "=…;", sent.headers["set-cookie"])
        headers = [(name, value) for name, value in sent.headers.items() if name != "set-cookie"]
        text = re.sub(DATED, "…", page.text)
        seen.append((sent.status_code, headers, cookie, len(sent.headers["set-cookie"]), page.status_code, text))
    assert await outcomes() == ["letter", "too-soon", "letter", "unmatched", "unmatched"]
    assert all(one == seen[0] for one in seen)
