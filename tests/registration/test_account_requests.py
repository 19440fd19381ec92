"""Who gets a letter, who does not, and that nobody can tell from the answer."""

import asyncio
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from support.forgetting import forget
from support.registration import Visitor, activated, confirmed, ring, settings_for

from registration.app import create_app
from registration.retention import rules
from shared.contracts.person_id import person_id
from shared.security.fingerprints import fingerprint, fingerprints

NIR = "nir:2570333999999"


async def test_a_match_makes_one_event_with_what_a_letter_needs(visitor, register, published, keys) -> None:
    person = await register(numbers=("member:123456", NIR))
    await visitor.ask(family_name="martin", email="Jeanne@EXAMPLE.org", email_confirmation="jeanne@example.org")
    [event] = await published()
    assert event["type"] == "account-requested"
    assert event["person_id"] == str(person.id)
    assert event["number_fingerprints"] == [fingerprint(keys, "member:123456"), fingerprint(keys, NIR)]
    assert event["address_lines"] == ["12 rue des Exemples", "33000 BORDEAUX"]
    assert (event["family_name"], event["birth_date"], event["postal_zone"]) == (
        "Garnier",
        "1957-03-27",
        "metropolitan",
    )
    assert event["email"] == "Jeanne@example.org"
    assert "123456" not in json.dumps(event).replace(str(person.id), "")


@pytest.mark.parametrize("answers", [
    {"number": "654321"}, {"family_name": "Dupont"}, {"birth_day": "26"}, {"postcode": "33001"},
    {"situation": "assure", "number": "2570333999999"},
])  # fmt: skip
async def test_one_wrong_fact_makes_no_event(visitor, register, published, outcomes, answers) -> None:
    await register()
    assert (await visitor.ask(**answers)).status_code == 303
    assert await published() == []
    assert await outcomes() == ["unmatched"]


async def test_an_insured_person_is_known_by_the_nir(visitor, register, published) -> None:
    await register("R1", numbers=(NIR,))
    await register("R2", numbers=(NIR,), family_name="Autre", birth_name="")
    await visitor.ask(situation="assure", number="2 57 03 33 999 999 21")
    assert [event["person_id"] for event in await published()] == [str(person_id("R1"))]


async def test_a_new_key_still_finds_numbers_kept_under_the_old_one(new_visitor, settings, register, published) -> None:
    await register()
    rotated = settings_for(settings.database_url, fingerprint_keys=ring("f2", "f1"))
    await new_visitor(create_app(rotated)).ask()
    [event] = await published()
    assert set(event["number_fingerprints"]) == set(fingerprints(ring("f2", "f1"), "member:123456"))


async def test_letters_are_a_day_apart_and_four_in_thirty_days(visitor, register, published, outcomes) -> None:
    await register()
    start = datetime.now(UTC)
    for hours in (0, 23, 25, 50, 75, 100, 24 * 30 + 1):
        with time_machine.travel(start + timedelta(hours=hours), tick=True):
            await visitor.ask()
    assert await outcomes() == ["letter", "too-soon", "letter", "letter", "letter", "too-many", "letter"]
    events = await published()
    assert [event.get("reason", event["type"]) for event in events] == [
        "account-requested", "too-soon", *["account-requested"] * 3, "too-many-letters", "account-requested",
    ]  # fmt: skip
    too_soon, too_many = (datetime.fromisoformat(event["not_before"]) for event in events if "reason" in event)
    assert abs(too_soon - start - timedelta(hours=24)) < timedelta(minutes=1)
    assert abs(too_many - start - timedelta(days=30)) < timedelta(minutes=1)


async def test_an_activated_account_gets_a_letter_again(visitor, register, published, hear) -> None:
    await register()
    await hear(activated())
    await visitor.ask()
    assert [event["type"] for event in await published()] == ["account-requested"]


async def test_the_owner_of_a_confirmed_account_is_told_once_a_day_at_the_confirmed_address(
    visitor, register, published, outcomes, hear
) -> None:
    await register()
    await hear(confirmed())
    await hear(activated(), hours_ago=1)
    await visitor.ask()
    await visitor.ask()
    events = await published()
    assert [(event["type"], event.get("reason", event.get("email"))) for event in events] == [
        ("account-request-refused", "account-open"),
        ("account-already-open", "owner@example.org"),
        ("account-request-refused", "account-open"),
    ]
    assert await outcomes() == ["account-open", "account-open"]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=True):
        await visitor.ask()
    assert [event["type"] for event in (await published())[3:]] == ["account-request-refused", "account-already-open"]


def neutral(text: str) -> str:
    return re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}|\d+ \w+ \d{4} à \d+\xa0h\xa0\d+", "…", text)


async def test_nobody_can_tell_a_match_from_anything_else(new_visitor, register, outcomes, hear) -> None:
    await register("R1")
    await register("R2", numbers=("member:222222",))
    seen = []

    async def ask(**answers: str) -> None:
        visitor = new_visitor()
        sent = await visitor.ask(**answers)
        page = await visitor.client.get(sent.headers["location"])
        cookie = re.sub(r"=[\w.-]+;", "=…;", sent.headers["set-cookie"])
        size = len(sent.headers["set-cookie"])
        headers = [(name, value) for name, value in sent.headers.items() if name != "set-cookie"]
        seen.append((sent.status_code, headers, cookie, size, sent.text, page.status_code, neutral(page.text)))

    await ask()
    await ask()
    await ask(number="999999")
    await ask(family_name="Inconnu")
    await hear(confirmed())
    await ask()
    await ask(number="222222")
    assert await outcomes() == ["letter", "too-soon", "unmatched", "unmatched", "account-open", "letter"]
    assert all(one == seen[0] for one in seen)


async def test_no_answer_leaves_before_its_time(new_visitor, settings, register) -> None:
    await register()
    slow = create_app(settings_for(settings.database_url, answer_seconds=0.5))
    loop = asyncio.get_running_loop()
    for number in ("123456", "999999"):
        visitor = new_visitor(slow)
        await visitor.open()
        began = loop.time()
        assert (await visitor.post(number=number)).status_code == 303
        assert 0.5 <= loop.time() - began < 2


@pytest.mark.parametrize("family_name", ["GARNIER", "INCONNU"])
async def test_a_double_submission_is_one_request_and_one_answer(
    visitor, register, published, outcomes, family_name
) -> None:
    await register()
    await visitor.open()
    first, second = await asyncio.gather(visitor.post(family_name=family_name), visitor.post(family_name=family_name))
    third = await visitor.post(family_name=family_name)
    assert {first.status_code, second.status_code, third.status_code} == {303}
    assert first.headers["set-cookie"] == second.headers["set-cookie"] == third.headers["set-cookie"]
    assert len(await outcomes()) == 1
    assert len(await published()) == (family_name == "GARNIER")


async def test_ten_at_once_for_one_person_make_one_letter(new_visitor, register, published, outcomes) -> None:
    await register()
    visitors = [new_visitor() for _ in range(10)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    answers = await asyncio.gather(*(visitor.post() for visitor in visitors))
    assert {answer.status_code for answer in answers} == {303}
    assert sorted(await outcomes()) == ["letter"] + ["too-soon"] * 9
    kinds = Counter(event.get("reason", event["type"]) for event in await published())
    assert kinds == {"account-requested": 1, "too-soon": 9}


async def test_a_refusal_says_whom_and_why_and_nothing_that_was_typed(visitor, register, published) -> None:
    person = await register()
    await visitor.ask()
    await visitor.ask(email="another@example.org", email_confirmation="another@example.org")
    _, refused = await published()
    assert refused.pop("request_id")
    assert refused.pop("not_before")
    assert refused == {"type": "account-request-refused", "person_id": str(person.id), "reason": "too-soon"}


async def test_nobody_s_request_is_refused_in_silence(visitor, register, published, outcomes) -> None:
    await register("R1", numbers=(NIR,))
    await register("R2", numbers=(NIR,))
    await visitor.ask(situation="assure", number="2 57 03 33 999 999 21")
    await visitor.ask(number="999999")
    assert await outcomes() == ["unmatched", "unmatched"]
    assert await published() == [], "neither of a stranger nor of one of two"


async def test_nothing_typed_is_kept(visitor: Visitor, execute, outcomes) -> None:
    await visitor.ask(
        number="987654", family_name="Introuvable", email="x@example.org", email_confirmation="x@example.org"
    )
    assert await outcomes() == ["unmatched"]
    rows = str(await execute("SELECT account_request::text FROM account_request")) + str(
        await execute("SELECT outbox::text FROM outbox")
    )
    for typed in ("987654", "Introuvable", "x@example.org", "1957"):
        # digits within a longer number, as of a time or an id, are no number that somebody typed
        assert not re.search(rf"(?<![0-9a-f]){re.escape(typed)}(?![0-9a-f])", rows), typed


async def test_failed_requests_and_used_captchas_are_forgotten(
    visitor, register, database, settings, execute, outcomes
) -> None:
    await register()
    await visitor.ask()
    await visitor.ask(number="999999")
    await forget(database, rules(settings))
    assert await outcomes() == ["letter", "unmatched"]
    assert (await execute("SELECT count(*) FROM used_captcha"))[0][0] == 2
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31), tick=True):
        await forget(database, rules(settings))
    assert await outcomes() == ["letter"]
    assert (await execute("SELECT count(*) FROM used_captcha"))[0][0] == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(days=366), tick=True):
        await forget(database, rules(settings))
    assert await outcomes() == []
