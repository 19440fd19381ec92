"""Whom the back office keeps no longer leaves the register by a command, and nobody with an account does."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from support.registration import activated
from typer.testing import CliRunner

from registration.__main__ import commands
from registration.forget_person import has_account
from registration.models import AccountState, AddressChange, Person, PersonNumber

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


async def run(settings, monkeypatch, reference):
    """The command as it is typed; its exit status and what it says."""
    given = {"ENVIRONMENT": "test", "PUBLIC_URL": settings.public_url, "DATABASE_URL": settings.database_url}
    given |= {"BROKER_URL": "amqp://x/", "FINGERPRINT_KEYS": "k1:" + "A" * 43, "FORM_KEYS": "k1:" + "B" * 43}
    given |= {"CAPTCHA_KEYS": "k1:" + "C" * 43, "NOTIFIER_PUBLIC_KEY": "k1:" + "D" * 42 + "A"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    done = await asyncio.to_thread(CliRunner().invoke, commands, ["forget-person", reference])
    return done.exit_code, done.output.strip()


async def test_name_address_and_numbers_go_and_others_stay(settings, database, register, execute, monkeypatch):
    gone, other = await register("R1"), await register("R2", numbers=("member:654321",))
    await execute(
        "insert into address_change (person_id, report_id, changed_at) values (:id, :id, now())", id=str(gone.id)
    )
    assert await run(settings, monkeypatch, "R1") == (0, "forgotten")
    async with database.unit_of_work() as work:
        assert await work.session.get(Person, gone.id) is None
        assert await work.session.get(AddressChange, gone.id) is None
        assert await work.session.get(PersonNumber, (gone.id, "member")) is None
        assert await work.session.get(Person, other.id) is not None
        assert await work.session.get(PersonNumber, (other.id, "member")) is not None
    assert await run(settings, monkeypatch, "R1") == (1, "nobody of the register has this reference")


async def test_whoever_has_an_account_closes_it_first(settings, database, register, hear, monkeypatch):
    person = await register("R1")
    await hear(activated("R1"))
    status, said = await run(settings, monkeypatch, "R1")
    assert (status, said.startswith("the person has an account")) == (1, True)
    async with database.unit_of_work() as work:
        assert await work.session.get(Person, person.id) is not None
        (await work.session.get(AccountState, person.id)).activated_at = None
    assert (await run(settings, monkeypatch, "R1"))[0] == 0


async def test_a_database_that_is_away_is_told_in_a_line(settings, monkeypatch):
    away = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    status, said = await run(away, monkeypatch, "R1")
    assert (status, said) == (
        1,
        "The database does not answer. Does it run, and is DATABASE_URL right? Nothing is changed.",
    )


def at(days: int) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("activated", "confirmed", "there"),
    [
        (at(89), None, True), (at(91), None, False), (at(400), at(399), True), (None, at(1), True), (None, None, False),
        # opened anew by a letter, and never confirmed since
        (at(89), at(900), True), (at(91), at(900), False),
    ],
)  # fmt: skip
def test_an_account_that_nobody_confirms_is_none_after_ninety_days(activated, confirmed, there):
    state = AccountState(person_id=uuid4(), activated_at=activated, confirmed_at=confirmed, email="")
    assert has_account(state, NOW) is there
