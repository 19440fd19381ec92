"""The tables of an account go in time, and a closed account with its proofs at last."""

from uuid import uuid4

import pytest
from support.forgetting import due, forget

from activation import cookies, sign_in_attempts
from activation.failure_subjects import FailureSubject
from activation.models import (
    Account,
    DisavowalToken,
    EmailChange,
    KnownDevice,
    Passkey,
    ResetToken,
    SecondStep,
    SignInAttempts,
    TermsAcceptance,
)
from activation.retention import rules
from activation.security_settings import devices

from .test_my_data import fill

KINDS = tuple(FailureSubject)


@pytest.fixture
async def jeanne(world):
    await world.confirmed()
    await fill(world, "jeanne@exemple.fr")


async def test_links_devices_and_half_made_sign_ins(world, jeanne):
    terms = rules(world.settings)
    kinds = (ResetToken, DisavowalToken, EmailChange, KnownDevice, SecondStep)
    await forget(world.database, terms)
    assert all([await world.rows(kind) for kind in kinds])
    for table in ("reset_token", "disavowal_token", "email_change"):
        await world.sql(f"update {table} set expires_at = now() - interval '31 days'")
    await world.sql("update second_step set expires_at = now() - interval '25 hours'")
    await world.sql("update known_device set last_seen_at = now() - interval '181 days'")
    assert await due(world.database, terms) == dict.fromkeys(
        ("reset-links", "disavowal-links", "address-links", "second-steps", "known-devices"), 1
    )
    await forget(world.database, terms)
    assert [await world.rows(kind) for kind in kinds] == [[]] * len(kinds)


async def test_other_terms_hold_when_they_are_set(make_world):
    world = make_world(links_kept_days=2)
    await world.confirmed()
    await fill(world, "jeanne@exemple.fr")
    await world.sql("update reset_token set expires_at = now() - interval '3 days'")
    assert (await due(world.database, rules(world.settings)))["reset-links"] == 1


async def test_a_closed_account_goes_after_years_with_all_of_it(world, jeanne):
    await world.confirmed(email="paul@exemple.fr", number="900001")
    await world.sql("update account set closed_at = now() - interval '1825 days' where email = 'jeanne@exemple.fr'")
    await forget(world.database, rules(world.settings))
    assert len(await world.rows(Account)) == 2
    await world.sql("update account set closed_at = now() - interval '1827 days' where email = 'jeanne@exemple.fr'")
    await forget(world.database, rules(world.settings))
    (left,) = await world.rows(Account)
    assert left.email == "paul@exemple.fr"
    assert [one.account_id for one in await world.rows(TermsAcceptance)] == [left.id]
    assert await world.rows(Passkey) == []


async def test_failures_of_who_is_there_no_longer(world, jeanne):
    """Those that block stay as long as what they are counted for: account and browser."""
    (account,), (device, *_) = await world.rows(Account), await world.rows(KnownDevice)
    of = {
        kind: [kind.of(device.id if kind == FailureSubject.DEVICE else account.id), kind.of(uuid4())] for kind in KINDS
    }
    subjects = ["f2:" + "0a" * 32, *(one for both in of.values() for one in both)]
    async with world.database.unit_of_work() as work:
        for subject in subjects:
            await sign_in_attempts.reserve(work, subject)
    await world.sql("update sign_in_attempts set in_a_row = 100, last_at = last_at - interval '1 minute'")

    async def left() -> set[str]:
        return {row.address_fingerprint for row in await world.rows(SignInAttempts)} & set(subjects)

    assert (await due(world.database, rules(world.settings)))["failures-of-nobody"] == 3
    await forget(world.database, rules(world.settings))
    assert await left() == {subjects[0], *(there for there, _ in of.values())}
    await world.sql("update account set closed_at = now()")
    await world.sql("delete from known_device")
    await forget(world.database, rules(world.settings))
    assert await left() == {subjects[0]}


def test_a_browser_is_known_as_long_as_its_cookie_lasts(world):
    (rule,) = [one for one in rules(world.settings) if one.name == "known-devices"]
    assert rule.term == devices.KEPT == cookies.LIFETIMES[cookies.Cookie.DEVICE]


async def test_the_journal_can_not_be_forgotten_early(world, jeanne):
    with pytest.raises(ValueError, match="security_journal_kept_days"):
        type(world.settings)(**world.settings.model_dump() | {"security_journal_kept_days": 360})
