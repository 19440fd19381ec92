"""A letter that came back: no other goes to the same wrong address, and one goes at once when there is another."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import time_machine
from support.registration import CREATE, RECOVERY, activated, confirmed, printed, returned, ring, settings_for
from typer.testing import CliRunner

from registration.__main__ import commands
from registration.app import create_app
from registration.letter_policy import LetterPolicy, PastLetter
from registration.models import Person
from registration.outcome import Outcome
from registration.register_import import register_import
from registration.register_row import RegisterRow
from shared.contracts.events import AddressChanged
from shared.contracts.person_id import person_id
from shared.contracts.postal_zone import PostalZone
from shared.imports.run import Line

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HERE = ("12 rue des Exemples", "33000 BORDEAUX")
THERE = ("3 RUE DE LA PLAGE", "97400 SAINT DENIS")


def letter(days_ago: float, reason: str = "", *, same: bool = True, posted: bool = True) -> PastLetter:
    asked = NOW - timedelta(days=days_ago)
    return PastLetter(asked, asked + timedelta(hours=4) if posted else None, reason, same)


@pytest.mark.parametrize(("letters", "outcome"), [
    ([letter(9)], Outcome.LETTER),
    ([letter(9, "unknown-at-address")], Outcome.ADDRESS_RETURNED),
    ([letter(9, "incomplete-address")], Outcome.ADDRESS_RETURNED),
    ([letter(9, "other")], Outcome.ADDRESS_RETURNED),
    ([letter(9, "a-reason-that-came-later")], Outcome.ADDRESS_RETURNED),
    ([letter(9, "refused")], Outcome.LETTER),
    ([letter(9, "unclaimed")], Outcome.LETTER),
    ([letter(9, "unknown-at-address", same=False)], Outcome.LETTER),
    # long past the window of the figures, it is still the same address
    ([letter(300, "unknown-at-address")], Outcome.ADDRESS_RETURNED),
    # the newest one that was posted decides, whatever waits to be printed
    ([letter(9, "unknown-at-address"), letter(5)], Outcome.LETTER),
    ([letter(9), letter(5, "unknown-at-address")], Outcome.ADDRESS_RETURNED),
    ([letter(9, "unknown-at-address"), letter(5, posted=False)], Outcome.ADDRESS_RETURNED),
    # figures: what went elsewhere and came back doesn't count, what came back from here does
    ([letter(0.5, "unknown-at-address", same=False)], Outcome.LETTER),
    ([letter(0.5, "unclaimed")], Outcome.TOO_SOON),
    ([letter(days, "unknown-at-address", same=False) for days in (2, 4, 6, 8)], Outcome.LETTER),
    ([letter(days, "refused") for days in (2, 4, 6, 8)], Outcome.TOO_MANY),
    ([letter(days) for days in (2, 4, 6)] + [letter(8, "other", same=False)], Outcome.LETTER),
])  # fmt: skip
@pytest.mark.parametrize("purpose", ["activation", "recovery"])
def test_what_came_back_from_where_decides(letters, outcome, purpose) -> None:
    for order in (letters, letters[::-1]):
        answer = LetterPolicy().answer(NOW, order, account_confirmed=purpose == "recovery", purpose=purpose)
        assert answer.outcome is outcome
        assert (answer.not_before is None) == (outcome in {Outcome.LETTER, Outcome.ADDRESS_RETURNED})


def test_an_open_account_is_told_before_its_address() -> None:
    gone = [letter(9, "unknown-at-address")]
    answer = LetterPolicy().answer(NOW, gone, account_confirmed=True, purpose="activation")
    assert answer.outcome is Outcome.ACCOUNT_OPEN


@pytest.fixture
async def came_back(visitor, register, hear, published):
    """Jeanne's letter of ten days ago came back today; the time is that of the return."""
    await register()
    now = datetime.now(UTC)
    with time_machine.travel(now - timedelta(days=10), tick=True):
        await visitor.ask()
    [asked] = await published()
    await hear(printed(asked, now - timedelta(days=9)))
    await hear(returned(asked, now))
    return asked


@pytest.mark.parametrize("path", [CREATE, RECOVERY])
async def test_the_answer_is_the_usual_one_and_the_desk_is_told_why(
    new_visitor, came_back, published, outcomes, path
) -> None:
    answer = await new_visitor(path=path).ask()
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/demande")
    assert await outcomes() == ["letter", "address-returned"]
    _, refused = await published()
    assert refused.pop("request_id")
    assert refused == {
        "type": "account-request-refused", "person_id": came_back["person_id"], "reason": "address-returned",
        "not_before": None,
    }  # fmt: skip


async def test_an_address_that_was_left_and_is_back_is_still_the_wrong_one(
    visitor, came_back, hear, execute, outcomes
) -> None:
    await hear(changed(THERE, datetime.now(UTC)))
    await execute(
        "UPDATE person SET address_lines = ARRAY['12 rue des Exemples', '33000 BORDEAUX'], postcode = '33000'"
    )
    await visitor.ask()
    assert await outcomes() == ["letter", "address-returned"]


@pytest.mark.parametrize("reason", ["refused", "unclaimed"])
async def test_who_did_not_fetch_it_gets_another(visitor, came_back, hear, outcomes, reason) -> None:
    await hear(returned(came_back, datetime.now(UTC), reason))
    await visitor.ask()
    assert await outcomes() == ["letter", "letter"]


def changed(lines: tuple[str, ...], at: datetime) -> AddressChanged:
    return AddressChanged(
        person_id=person_id("R1"), civility="Mme", given_name="Jeanne", family_name="Garnier",
        email="owner@example.org", reference="7K2M-Q9XR", report_id=uuid4(), changed_at=at, address_lines=lines,
        postcode=lines[-1][:5], postal_zone=PostalZone.METROPOLITAN,
    )  # fmt: skip


async def test_once_the_desk_has_another_address_a_letter_goes_there_at_once(
    visitor, came_back, hear, published
) -> None:
    await hear(changed(THERE, datetime.now(UTC)))
    await visitor.ask(postcode="97400")
    assert (await published())[-1]["address_lines"] == list(THERE)


async def test_the_desk_may_also_accept_the_same_one_anew_and_not_one_of_before(
    visitor, came_back, hear, outcomes
) -> None:
    now = datetime.now(UTC)
    await hear(changed(HERE, now - timedelta(days=1)))
    await visitor.ask()
    await hear(changed(HERE, now + timedelta(minutes=1)))
    await visitor.ask()
    assert await outcomes() == ["letter", "address-returned", "letter"]


def exported(*lines: str, postcode: str, town: str) -> RegisterRow:
    named = {f"address_line_{number}": line for number, line in enumerate(lines, start=1)}
    return RegisterRow(
        reference="R1", member_number="123456", civility="Mme", family_name="Garnier", given_name="Jeanne",
        birth_date="27/03/1957", postcode=postcode, town=town, **named,
    )  # fmt: skip


@pytest.mark.parametrize(("address", "wanted"), [
    (exported("8 cours Fictif", postcode="33000", town="Bordeaux"), "letter"),
    (exported("12, RUE DES EXEMPLES", postcode="33000", town="Bordeaux"), "address-returned"),
    # the back office takes over, late, what the desk had accepted before the letter: the same address in other files
    (exported("12 rue des Exemples", postcode="33000", town="Bordeaux"), "address-returned"),
])  # fmt: skip
async def test_an_import_counts_by_what_it_says(visitor, came_back, database, keys, outcomes, address, wanted) -> None:
    async with database.unit_of_work() as work:
        person = await work.session.get(Person, person_id("R1"))
        person.imported_address = ["1 place d’Avant", "33000 BORDEAUX"]
    async with database.unit_of_work() as work:
        assert not await register_import(keys).store(work, [Line(2, address)])
    await visitor.ask()
    assert await outcomes() == ["letter", wanted]


async def test_a_new_fingerprint_key_forgets_no_address_that_is_known_under_the_old_one(
    came_back, new_visitor, settings, outcomes
) -> None:
    rotated = settings_for(settings.database_url, fingerprint_keys=ring("f2", "f1"))
    await new_visitor(create_app(rotated)).ask()
    assert await outcomes() == ["letter", "address-returned"]


async def test_events_in_any_order_and_number_say_the_same(visitor, register, hear, published, execute) -> None:
    await register()
    await visitor.ask()
    [asked] = await published()
    now = datetime.now(UTC)
    told = [printed(asked, now), returned(asked, now + timedelta(days=9), posted_at=now)]
    kept = "SELECT posted_at, valid_until, returned_at, return_reason FROM account_request"
    for order in permutations([*told, *told]):
        await execute(
            "UPDATE account_request SET posted_at = NULL, valid_until = NULL, returned_at = NULL, return_reason = NULL"
        )
        for event in order:
            await hear(event)
        assert await execute(kept) == [(now, now + timedelta(days=21), now + timedelta(days=9), "unknown-at-address")]


async def test_nothing_else_of_the_events_is_kept(visitor, register, hear, published, execute) -> None:
    await register()
    await visitor.ask()
    [asked] = await published()
    now = datetime.now(UTC)
    await hear(printed(asked, now, email="heard@example.org", password_hash="k1$argon2id$heard"))
    await hear(returned(asked, now).model_copy(update={"email": "heard@example.org"}))
    [(kept,)] = await execute("SELECT account_request::text FROM account_request")
    assert "unknown-at-address" in kept
    assert "heard" not in kept


async def test_a_letter_of_a_request_that_is_kept_no_longer_changes_nothing(
    visitor, register, hear, published, execute
) -> None:
    await register()
    await visitor.ask()
    [asked] = await published()
    other = asked | {"request_id": str(uuid4())}
    await hear(printed(other, datetime.now(UTC)))
    await hear(returned(other, datetime.now(UTC)))
    assert await execute("SELECT posted_at, returned_at FROM account_request") == [(None, None)]


async def test_an_account_opened_by_another_letter_still_has_a_wrong_address(
    new_visitor, came_back, hear, outcomes
) -> None:
    await hear(activated())
    await hear(confirmed())
    await new_visitor(path=RECOVERY).ask()
    assert await outcomes() == ["letter", "address-returned"]


async def test_operations_confirm_an_address_that_is_right(visitor, came_back, settings, monkeypatch, outcomes) -> None:
    key = "k1:" + "A" * 43
    given = {
        "ENVIRONMENT": "test", "PUBLIC_URL": settings.public_url, "DATABASE_URL": settings.database_url,
        "BROKER_URL": "amqp://x/", "FINGERPRINT_KEYS": key, "FORM_KEYS": key, "CAPTCHA_KEYS": key,
        "NOTIFIER_PUBLIC_KEY": key,
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    async def confirm(reference: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, commands, ["confirm-address", reference])
        return done.exit_code, done.output.strip()

    assert await confirm("R9") == (1, "nobody of the register has this reference")
    assert await confirm("R1") == (0, "confirmed: a letter may be asked for again")
    assert await confirm("R1") == (1, "no letter came back from this address: nothing to do")
    await visitor.ask()
    assert await outcomes() == ["letter", "letter"]
