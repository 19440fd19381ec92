"""Two registration processes on one database: every request of a visitor goes to the other one than the request before."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest
from support.messaging import until
from support.registration import IDENTIFIER, SITE, Visitor, confirmed, printed, returned, settings_for, token_of
from support.replicas import Replicas, Turns, own_servers, publish, side_by_side

from registration.settings import Settings
from registration.tracking_page import PAGE as TRACKING
from shared.contracts.events import EmailConfirmed

OLD = """
    INSERT INTO account_request (id, submission_id, reference, requested_at, outcome)
    SELECT gen_random_uuid(), gen_random_uuid(), lpad(n::text, 8, '0'), now() - interval '40 days', 'unmatched'
    FROM generate_series(1, 2500) n;
    INSERT INTO used_captcha SELECT sha256(n::text::bytea), now() - interval '1 hour' FROM generate_series(1, 2500) n;
    INSERT INTO account_request (id, submission_id, reference, requested_at, outcome)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'KEPTLTTR', now() - interval '40 days', 'letter'),
           (gen_random_uuid(), gen_random_uuid(), 'KEPTNEWS', now() - interval '20 days', 'unmatched');
    INSERT INTO used_captcha VALUES ('kept', now() + interval '1 hour');
    INSERT INTO identifier_request (id, submission_id, requested_at)
    SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '25 hours' FROM generate_series(1, 2500);
    INSERT INTO throttle SELECT sha256(n::text::bytea), now() - interval '1 hour' FROM generate_series(1, 20500) n;
    INSERT INTO throttle VALUES ('kept', now() + interval '1 hour');
"""
PER_ADDRESS = 20
_addresses = (f"203.0.113.{number}" for number in range(1, 255))


@pytest.fixture(scope="module")
def servers_of_module(_databases, rabbit) -> Iterator[tuple[str, Callable[[str], str]]]:
    with own_servers(_databases, rabbit, "registration") as made:
        yield made


@pytest.fixture(scope="module")
def settings(servers_of_module) -> Settings:
    database_url, broker_url = servers_of_module
    return settings_for(database_url, broker_url=broker_url("registration"), requests_per_hour_per_address=PER_ADDRESS)


@pytest.fixture(scope="module")
def replicas(settings: Settings, postgres, tmp_path_factory) -> Iterator[Replicas]:
    name = settings.database_url.rpartition("/")[2]
    postgres.sql(OLD, database=name)
    with side_by_side("registration", settings, tmp_path_factory.mktemp("replicas")) as running:
        yield running


@pytest.fixture
async def somebody(replicas: Replicas) -> AsyncIterator[Callable[[int], Visitor]]:
    """``somebody(0)``: a visitor whose first request goes to the first replica, the next to the second, and so on.

    Each has a network address of their own.
    """
    clients: list[httpx.AsyncClient] = []

    def new(first: int = 0) -> Visitor:
        turns = Turns(replicas.addresses[first:] + replicas.addresses[:first])
        headers = {"Accept": "text/html", "X-Forwarded-For": next(_addresses)}
        clients.append(httpx.AsyncClient(transport=turns, base_url=SITE, headers=headers))
        return Visitor(clients[-1])

    yield new
    for client in clients:
        await client.aclose()


@pytest.fixture
def visitor(somebody) -> Visitor:
    return somebody()


def reference(page: httpx.Response) -> str:
    return re.findall(r"\b[0-9A-Z]{4}.?[0-9A-Z]{4}\b", page.text)[0]


async def test_both_purge_and_what_is_kept_stays(replicas, execute) -> None:
    async def purged() -> bool:
        left = "SELECT count(*) FROM account_request WHERE outcome = 'unmatched' AND requested_at < now() - interval '30 days'"
        expired = "SELECT count(*) FROM used_captcha WHERE expires_at < now()"
        told = "SELECT count(*) FROM identifier_request WHERE requested_at < now() - interval '1 day'"
        drained = "SELECT count(*) FROM throttle WHERE clear_at < now() - interval '1 minute'"
        return [(await execute(query))[0][0] for query in (left, expired, told, drained)] == [0] * 4

    await until(purged)
    kept = await execute("SELECT reference FROM account_request WHERE reference LIKE 'KEPT%' ORDER BY 1")
    assert [one for (one,) in kept] == ["KEPTLTTR", "KEPTNEWS"]
    assert await execute("SELECT 1 FROM used_captcha WHERE nonce = 'kept'") == [(1,)]
    assert await execute("SELECT 1 FROM throttle WHERE key = 'kept'") == [(1,)]
    assert replicas.troubles() == []


@pytest.mark.parametrize("first", [0, 1])
async def test_page_captcha_form_and_answer_each_at_the_other_replica(somebody, replicas, register, first) -> None:
    await register(f"R{first}", (f"member:12345{first}",))
    visitor = somebody(first)
    await visitor.open()
    image = await visitor.client.get(f"/compte/captcha/{visitor.hidden['captcha_challenge']}.png")
    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")
    swapped = visitor.seen(await visitor.post(action="changer"))
    assert swapped.status_code == 200
    recorded = await visitor.post(number=f"12345{first}")
    assert (recorded.status_code, recorded.headers["location"]) == (303, "/compte/demande")
    seen = [await visitor.client.get("/compte/demande") for _ in replicas.addresses]
    assert "bien prise en compte" in seen[0].text
    assert reference(seen[0]) == reference(seen[1])
    asked = visitor.client._transport.went_to  # type: ignore[attr-defined]
    assert len(asked) == 6
    assert all(one != other for one, other in pairwise(asked)), "each at the other one"


async def test_a_captcha_serves_once_whoever_sees_it(visitor: Visitor, execute) -> None:
    await visitor.open()
    spent = visitor.hidden["captcha_challenge"]
    assert (await visitor.post()).status_code == 303
    for _ in range(2):
        await visitor.open()
        again = await visitor.post(captcha_challenge=spent)
        assert again.status_code == 422
        assert "a déjà servi" in again.text


async def test_one_captcha_at_both_replicas_at_once_serves_once(visitor: Visitor, outcomes) -> None:
    before = len(await outcomes())
    forms = []
    for _ in range(8):
        await visitor.open()
        forms.append(visitor.hidden)
    one = forms[0]["captcha_challenge"]
    fields = ("form_token", "submission_id")
    sent = [visitor.post(captcha_challenge=one, **{name: form[name] for name in fields}) for form in forms]
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 7
    assert len(await outcomes()) == before + 1


async def test_a_form_sent_to_both_at_once_is_one_request(visitor: Visitor, register, published, outcomes) -> None:
    person = await register("TWICE", ("member:777777",))
    before = len(await outcomes())
    await visitor.open()
    answers = await asyncio.gather(*(visitor.post(number="777777") for _ in range(10)))
    assert [answer.status_code for answer in answers] == [303] * 10
    cookies = {answer.headers["set-cookie"] for answer in answers}
    assert len(cookies) == 1, "one reference for all"
    assert len(await outcomes()) == before + 1
    assert len([event for event in await published() if event.get("person_id") == str(person.id)]) == 1


async def test_letters_are_counted_together(visitor: Visitor, register, published) -> None:
    person = await register("OFTEN", ("member:888888",))
    for _ in range(5):
        assert (await visitor.ask(number="888888")).status_code == 303
    told = [event["type"] for event in await published() if event.get("person_id") == str(person.id)]
    assert told == ["account-requested", *["account-request-refused"] * 4]


async def test_what_one_replica_hears_both_know(visitor, register, published, execute, servers_of_module) -> None:
    person = await register("OPEN", ("member:999999",))
    about = {"civility": "Mme", "given_name": "Jeanne", "family_name": "Garnier", "email": "owner@example.org"}
    event = EmailConfirmed(person_id=person.id, account_id=uuid4(), **about)
    await publish(servers_of_module[1], [event], times=6)

    async def known() -> bool:
        return bool(await execute("SELECT 1 FROM account_state WHERE email = 'owner@example.org'"))

    await until(known)
    for _ in range(2):
        assert (await visitor.ask(number="999999")).status_code == 303
    told = [event["type"] for event in await published() if event.get("person_id") == str(person.id)]
    assert sorted(told) == ["account-already-open", *["account-request-refused"] * 2], (
        "the owner is told once, whichever replica was asked"
    )


async def test_twenty_at_both_replicas_are_one_reminder(somebody, register, hear, published) -> None:
    person = await register("FORGOT", ("member:555555",))
    await hear(confirmed("FORGOT"))
    visitors = [somebody(number % 2) for number in range(10)]
    for visitor in visitors:
        visitor.path = IDENTIFIER
        await visitor.open()
    answers = await asyncio.gather(*(visitor.post(number="555555") for visitor in visitors for _ in range(2)))
    assert [answer.status_code for answer in answers] == [303] * 20
    told = [event["type"] for event in await published() if event.get("person_id") == str(person.id)]
    assert told == ["identifier-reminder-requested"]


@pytest.fixture
def asked(somebody, register, published, execute):
    """``await asked("AGAIN", "313131")``: a letter of somebody's, asked for three days ago at one of the replicas."""

    async def ask(reference: str, number: str) -> dict[str, Any]:
        person = await register(reference, (f"member:{number}",))
        await somebody().ask(number=number)
        [letter] = [event for event in await published() if event.get("person_id") == str(person.id)]
        ago = "UPDATE account_request SET requested_at = requested_at - interval '3 days' WHERE id = :id"
        await execute(ago, id=letter["request_id"])
        return letter

    return ask


async def test_twenty_presses_at_both_replicas_are_one_letter(somebody, asked, published) -> None:
    letter = await asked("AGAIN", "313131")
    visitors = [somebody(number % 2) for number in range(10)]
    for visitor in visitors:
        link = f"{TRACKING}?jeton={token_of(letter)}"
        visitor.seen(await visitor.client.get(link, follow_redirects=True))
    presses = [visitor.client.post(TRACKING, data=visitor.hidden) for visitor in visitors for _ in range(2)]
    answers = await asyncio.gather(*presses)
    assert Counter(answer.headers["location"] for answer in answers) == {"/compte/demande": 2, TRACKING: 18}
    told = [event for event in await published() if event.get("person_id") == letter["person_id"]]
    assert Counter(event.get("reason", event["type"]) for event in told) == {"account-requested": 2, "too-soon": 9}


async def test_what_became_of_a_letter_is_noted_once_whichever_replica_hears_what_first(
    asked, execute, servers_of_module
) -> None:
    letter = await asked("CAMEBACK", "323232")
    now = datetime.now(UTC)
    told = [returned(letter, now, "unclaimed", now - timedelta(days=2)), printed(letter, now - timedelta(days=2))]
    await publish(servers_of_module[1], told, times=6)
    kept = "SELECT posted_at, valid_until, returned_at, return_reason FROM account_request WHERE id = :id"
    row = (now - timedelta(days=2), now + timedelta(days=19), now, "unclaimed")

    async def noted() -> bool:
        return await execute(kept, id=letter["request_id"]) == [row]

    await until(noted)


async def test_a_number_is_counted_by_both_together(somebody, register, published) -> None:
    person = await register("TRIED", ("member:666666",))
    visitors = [somebody(number % 2) for number in range(10)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    await asyncio.gather(*(visitor.post(number="666666", postcode="99999") for visitor in visitors))
    answer = await somebody().ask(number="666666")
    assert answer.status_code == 303
    assert [event for event in await published() if event.get("person_id") == str(person.id)] == []


async def test_an_address_is_counted_by_both_together(visitor: Visitor) -> None:
    await visitor.open()
    answers = await asyncio.gather(*(visitor.post(number="444444") for _ in range(PER_ADDRESS + 4)))
    assert sorted(answer.status_code for answer in answers) == [303] * PER_ADDRESS + [429] * 4


async def test_after_all_that_nothing_went_wrong(replicas) -> None:
    assert replicas.troubles() == []
    assert all(count > 0 for count in replicas.logged("request")), "both have worked"
