"""The tables of an account go in time, and a closed account with its proofs at last."""

import pytest
from support.forgetting import due, forget

from activation.models import (
    Account,
    DisavowalToken,
    EmailChange,
    KnownDevice,
    Passkey,
    ResetToken,
    SecondStep,
    TermsAcceptance,
)
from activation.retention import rules

from .test_my_data import fill


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


async def test_the_journal_can_not_be_forgotten_early(world, jeanne):
    with pytest.raises(ValueError, match="security_journal_kept_days"):
        type(world.settings)(**world.settings.model_dump() | {"security_journal_kept_days": 360})
