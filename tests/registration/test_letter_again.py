"""« Demander un nouveau courrier » at the page of an earlier letter: the same rules, once for each page."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlmodel import select
from support.registration import (
    CREATE,
    RECOVERY,
    activated,
    confirmed,
    frozen,
    printed,
    returned,
    settings_for,
    token_of,
)

from registration import tracking
from registration.app import create_app
from registration.models import AccountRequest
from registration.tracking_page import PAGE
from shared.contracts.person_id import person_id
from shared.security.tokens import new_token

DAY = timedelta(days=1)


@pytest.fixture
def asked(register, new_visitor, published, hear):
    """``await asked(path)``: a letter of ten days ago, posted the same day."""

    async def ask(path: str = CREATE, **answers: str) -> dict[str, object]:
        await register()
        now = datetime.now(UTC)
        with time_machine.travel(now - 10 * DAY, tick=True):
            await new_visitor(path=path).ask(**answers)
        [letter] = [event for event in await published() if event["type"] == "account-requested"]
        await hear(printed(letter, now - 10 * DAY))
        return letter

    return ask


@pytest.fixture
def reader(new_visitor):
    """``await reader(token)``: somebody at a browser who has opened the link, with the page before them."""

    async def opened(token: str, application=None):
        visitor = new_visitor(application, PAGE) if application else new_visitor(path=PAGE)
        visitor.seen(await visitor.client.get(f"{PAGE}?jeton={token}", follow_redirects=True))
        return visitor

    return opened


async def send(visitor):
    """Press the button."""
    return await visitor.client.post(PAGE, data={**visitor.hidden, "action": "envoyer"})


async def test_a_letter_is_made_as_by_the_form_without_a_captcha(asked, reader, published, keys) -> None:
    first = await asked(email="news@example.org", email_confirmation="news@example.org")
    visitor = await reader(token_of(first))
    answer = await send(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/demande")
    _, second = await published()
    new = {"request_id", "requested_at", "sealed_tracking"}
    assert {name for name in first if first[name] != second[name]} == new
    assert second["email"] == "news@example.org"
    assert token_of(second) != token_of(first)
    page = (await visitor.client.get("/compte/demande")).text
    assert "Votre demande est bien prise en compte" in page
    assert "sans compte actif" in page


async def test_the_new_letter_has_a_link_of_its_own_and_the_old_link_goes_on(asked, reader, published) -> None:
    first = await asked()
    await send(await reader(token_of(first)))
    second = (await published())[-1]
    for letter, words in ((second, "n’est pas encore parti"), (first, "devrait être arrivé")):
        page = (await (await reader(token_of(letter))).client.get(PAGE)).text
        assert words in page
        assert "il y a moins de" in page


async def test_a_letter_for_recovery_again_and_its_owner_is_warned(asked, reader, hear, published) -> None:
    await hear(activated(), hours_ago=24 * 20)
    await hear(confirmed(), hours_ago=24 * 19)
    await send(await reader(token_of(await asked(RECOVERY))))
    told = [(event["type"], event.get("purpose")) for event in (await published())[2:]]
    assert told == [("account-requested", "recovery"), ("recovery-letter-requested", None)]


async def test_what_the_policy_refuses_is_told_on_the_page_and_to_the_desk(asked, reader, hear, published) -> None:
    letter = await asked()
    visitor = await reader(token_of(letter))
    await hear(activated(), hours_ago=-1)
    await hear(confirmed(), hours_ago=-2)
    answer = await send(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert "set-cookie" not in answer.headers
    assert [event["type"] for event in (await published())[1:]] == ["account-request-refused", "account-already-open"]
    assert "le compte est ouvert" in (await visitor.client.get(PAGE)).text


async def test_no_other_letter_goes_to_the_address_that_one_came_back_from(
    asked, reader, hear, published, outcomes
) -> None:
    letter = await asked()
    visitor = await reader(token_of(letter))
    await hear(returned(letter, datetime.now(UTC)))
    for _ in range(2):
        assert (await send(visitor)).headers["location"] == PAGE
    assert await outcomes() == ["letter", "address-returned"], "one for each page"
    assert (await published())[-1]["reason"] == "address-returned"


async def test_one_page_sent_twenty_times_at_once_is_one_letter(asked, reader, published, outcomes) -> None:
    visitor = await reader(token_of(await asked()))
    answers = await asyncio.gather(*(send(visitor) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.headers["location"] for answer in answers} == {"/compte/demande"}
    assert len({answer.headers["set-cookie"] for answer in answers}) == 1, "one reference for all"
    assert await outcomes() == ["letter", "letter"]
    assert len(await published()) == 2


async def test_twenty_pages_sent_at_once_are_one_letter(asked, reader, published) -> None:
    token = token_of(await asked())
    visitors = [await reader(token) for _ in range(20)]
    answers = await asyncio.gather(*(send(visitor) for visitor in visitors))
    assert Counter(answer.headers["location"] for answer in answers) == {"/compte/demande": 1, PAGE: 19}
    kinds = Counter(event.get("reason", event["type"]) for event in await published())
    assert kinds == {"account-requested": 2, "too-soon": 19}


async def test_a_form_and_a_link_at_once_are_one_letter(asked, reader, new_visitor, published) -> None:
    visitors = [await reader(token_of(await asked())), new_visitor()]
    await visitors[1].open()
    await asyncio.gather(send(visitors[0]), visitors[1].post())
    kinds = Counter(event.get("reason", event["type"]) for event in await published())
    assert kinds == {"account-requested": 2, "too-soon": 1}


@pytest.mark.parametrize("token", ["", "x", new_token()])
async def test_without_a_letter_s_token_nothing_is_made(asked, reader, new_visitor, outcomes, token) -> None:
    visitor = await reader(token_of(await asked()))
    await visitor.client.get(PAGE, params={"jeton": token})
    answer = await send(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert await outcomes() == ["letter"]


async def test_a_link_that_has_ended_makes_nothing(asked, reader, hear, outcomes) -> None:
    letter = await asked()
    visitor = await reader(token_of(letter))
    await hear(frozen(datetime.now(UTC)))
    assert (await send(visitor)).headers["location"] == PAGE
    assert await outcomes() == ["letter"]


async def test_another_visitor_s_page_an_old_one_and_another_site_make_nothing(
    asked, reader, new_visitor, outcomes
) -> None:
    token = token_of(await asked())
    visitor, other = await reader(token), await reader(token)
    visitor.hidden = other.hidden
    assert (await send(visitor)).headers["location"] == PAGE
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=False):
        assert (await send(other)).headers["location"] == PAGE
    visitor = await reader(token)
    visitor.client.headers["Origin"] = "https://elsewhere.example"
    assert (await send(visitor)).status_code == 403
    assert await outcomes() == ["letter"]


async def test_the_address_that_was_typed_is_read_with_the_token_of_its_own_letter_alone(asked, database) -> None:
    letter = await asked()
    async with database.unit_of_work() as work:
        [request] = (await work.session.scalars(select(AccountRequest))).all()
    assert tracking.address_for_news(token_of(letter), request) == "jeanne@example.org"
    for other in ("", "x", new_token(), token_of(letter)[:-1]):
        assert tracking.address_for_news(other, request) is None


@pytest.mark.parametrize("limit", ["tries_per_minute_per_address", "requests_per_hour_per_address"])
async def test_presses_are_counted_per_network_address(asked, reader, settings, limit) -> None:
    narrow = create_app(settings_for(settings.database_url, **{limit: 2}))
    visitor = await reader(token_of(await asked()), narrow)
    assert [(await send(visitor)).status_code for _ in range(4)] == [303, 303, 429, 429]


async def test_who_has_moved_gets_it_at_the_new_address(asked, reader, execute, published) -> None:
    letter = await asked()
    await execute("UPDATE person SET address_lines = ARRAY['8 cours Fictif', '63000 CLERMONT']")
    await send(await reader(token_of(letter)))
    second = (await published())[-1]
    assert second["address_lines"] == ["8 cours Fictif", "63000 CLERMONT"]
    assert second["person_id"] == str(person_id("R1"))
    page = (await (await reader(token_of(second))).client.get(PAGE)).text
    assert "C•••••• (63)" in page
