"""How often an address, and somebody with a number, may ask: the same for known and unknown."""

import re
from datetime import timedelta

import pytest
from support.registration import (
    CREATE,
    FORMS,
    IDENTIFIER,
    RECOVERY,
    Visitor,
    confirmed,
    errors,
    settings_for,
    without_tokens,
)

from registration.app import create_app

TOO_MANY = "Trop de demandes en peu de temps. Vos réponses sont gardées\xa0: recommencez dans quelques minutes"
IMAGE = "/compte/captcha/{}.png"


@pytest.fixture
def limited(new_visitor, settings):
    """``limited(path, requests_per_hour_per_address=3)``: a visitor of a service with other limits."""

    def new(path: str = CREATE, address: str = "203.0.113.1", **limits: int) -> Visitor:
        given = {"tries_per_minute_per_address": 1000, "requests_per_hour_per_address": 1000} | limits
        visitor = new_visitor(create_app(settings_for(settings.database_url, **given)), path)
        visitor.client.headers["X-Forwarded-For"] = address
        return visitor

    return new


async def test_requests_of_one_address_end_for_all_forms_and_nothing_is_lost(limited, outcomes) -> None:
    visitor = limited(requests_per_hour_per_address=3)
    for path in FORMS:
        visitor.path = path
        assert (await visitor.ask()).status_code == 303
    for path in FORMS:
        visitor.path = path
        page = await visitor.ask()
        assert page.status_code == 429
        assert errors(page.text) == [TOO_MANY]
        assert page.headers["retry-after"] == str(3600 // 3)
        assert 'value="GARNIER"' in page.text
    assert len(await outcomes()) == 2
    visitor.client.headers["X-Forwarded-For"] = "203.0.113.1, 203.0.113.2"
    assert (await visitor.ask()).status_code == 303, "another address is another visitor"


async def test_a_badly_filled_form_costs_no_request(limited) -> None:
    visitor = limited(requests_per_hour_per_address=1)
    for _ in range(3):
        assert (await visitor.ask(postcode="x")).status_code == 422
    assert (await visitor.ask()).status_code == 303
    assert (await visitor.ask()).status_code == 429


@pytest.mark.parametrize("path", FORMS)
async def test_refused_pages_are_the_same_for_known_and_unknown(limited, register, hear, path) -> None:
    await register("R1")
    await register("R2", numbers=("member:222222",))
    await hear(confirmed("R2"))
    seen = []
    for number in ("123456", "222222", "999999"):
        visitor = limited(path, f"203.0.113.{int(number[0])}", requests_per_hour_per_address=1)
        assert (await visitor.ask(number=number)).status_code == 303
        visitor.seen(await visitor.client.get(path))
        page = await visitor.post(number=number)
        text = without_tokens(page.text).replace(number, "N")
        seen.append((page.status_code, page.headers.multi_items(), text))
    assert seen[0][0] == 429
    assert all(one == seen[0] for one in seen)


async def test_whatever_is_sent_and_captchas_seen_and_heard_are_tries(limited) -> None:
    visitor = limited(tries_per_minute_per_address=4)
    await visitor.open()
    image = IMAGE.format(visitor.hidden["captcha_challenge"])
    assert (await visitor.client.get(image)).status_code == 200
    assert (await visitor.client.get(image.replace(".png", ".wav"))).status_code == 200
    assert (await visitor.post(action="changer")).status_code == 200
    assert (await visitor.post(postcode="x")).status_code == 422
    for answer in (await visitor.client.get(image), await visitor.post(action="changer"), await visitor.post()):
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "15"
    assert (await visitor.client.get(CREATE)).status_code == 200
    visitor.client.headers["X-Forwarded-For"] = "203.0.113.77"
    assert (await visitor.client.get(image)).status_code == 200


async def test_who_the_person_of_a_number_is_can_t_be_tried_out(limited, register, published, outcomes) -> None:
    """From many addresses, at all the forms."""
    await register()
    for attempt in range(10):
        path = (CREATE, RECOVERY)[attempt % 2]
        await limited(path, f"203.0.113.{attempt}").ask(birth_day=str(attempt + 1))
    for path in FORMS:
        answer = await limited(path, "203.0.113.99").ask()
        assert answer.status_code == 303
    assert await outcomes() == ["unmatched"] * 12
    assert await published() == []
    await register("R2", numbers=("member:222222",))
    await limited().ask(number="222222")
    assert [event["type"] for event in await published()] == ["account-requested"], "other numbers are left alone"


async def test_a_strangers_tries_shut_no_owner_out_and_tell_the_stranger_nothing(
    limited, register, hear, published
) -> None:
    await register()
    await hear(confirmed("R1", "owner@example.org"))
    for attempt in range(11):
        await limited(FORMS[attempt % 3], f"203.0.113.{attempt}").ask(birth_day=str(attempt + 1))
    await limited(CREATE, "203.0.113.98").ask()
    assert await published() == []
    for path in (IDENTIFIER, RECOVERY):
        await limited(path, "203.0.113.99").ask(email="stranger@example.org", email_confirmation="stranger@example.org")
    reminded, letter, warned = await published()
    assert (reminded["type"], reminded["email"]) == ("identifier-reminder-requested", "owner@example.org")
    assert (letter["type"], letter["purpose"]) == ("account-requested", "recovery")
    assert letter["email"] == "owner@example.org", (
        "the news of the letter don't go to who can't be told from a stranger"
    )
    assert warned["type"] == "recovery-letter-requested"


async def test_unknown_numbers_are_counted_alike(limited, execute) -> None:
    for number in ("123456", "999999"):
        for _ in range(3):
            await limited().ask(number=number)
    counted = await execute("SELECT clear_at - now() AS left FROM throttle ORDER BY clear_at")
    assert len(counted) == 4, "two kinds of limits on the address, and one for each number"
    apart = timedelta(hours=1) / 10
    numbers = [left for (left,) in counted if apart < left]
    assert len(numbers) == 2
    assert all(2.5 * apart < left <= 3 * apart for left in numbers)


async def test_no_number_and_no_address_is_kept(limited, execute, caplog, capsys) -> None:
    visitor = limited(requests_per_hour_per_number=1)
    for path in (*FORMS, IDENTIFIER):
        visitor.path = path
        await visitor.ask()
    kept = str(await execute("SELECT encode(key, 'escape') FROM throttle"))
    assert "123456" not in kept
    assert "203.0.113" not in kept
    told = capsys.readouterr()
    logged = caplog.text + told.out + told.err
    assert "too many requests for one number" in logged
    assert not re.search("123456|203.0.113.1|GARNIER", logged)
