"""Terms, purge, limits per network address, settings."""

import hashlib
from importlib.resources import files

import pytest
from pydantic import ValidationError
from support.forgetting import due, forget

from activation.models import (
    Account,
    ActivationReceipt,
    ConfirmationToken,
    MemberSession,
    NumberAttempts,
    ProvisionalLetter,
    SecurityEvent,
    SignInAttempts,
    TermsAcceptance,
)
from activation.retention import rules
from activation.settings import Settings
from activation.terms import published


async def test_the_terms_can_be_read(visitor, plain):
    page = plain(await visitor.get("/conditions"))
    assert "Conditions générales d’utilisation Version 1.0" in page
    assert "10. Changement des conditions" in page


def test_the_digest_is_that_of_the_file():
    file = files("activation") / "terms" / "conditions-1.0.txt"
    assert published().versions[0].sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


async def test_nothing_is_kept_for_ever(world, visitor):
    await world.confirmed()
    await visitor.sign_in(password="quatre tortues rouges")
    await visitor.sign_in()
    kept = (ActivationReceipt, ConfirmationToken, MemberSession, NumberAttempts, ProvisionalLetter, SignInAttempts)
    await forget(world.parts.database, rules(world.settings))
    assert all([await world.rows(model) for model in (*kept, SecurityEvent)])
    await world.sql("update activation_receipt set created_at = created_at - interval '8 days'")
    await world.sql("update confirmation_token set expires_at = expires_at - interval '32 days'")
    await world.sql("update session set last_seen_at = last_seen_at - interval '16 minutes'")
    await world.sql("update number_attempts set last_at = last_at - interval '2 days'")
    await world.sql("update provisional_letter set valid_until = valid_until - interval '60 days'")
    await world.sql("update sign_in_attempts set last_at = last_at - interval '91 days'")
    await world.sql("insert into security_event (at, kind) values (now() - interval '366 days', 'old')")
    await forget(world.parts.database, rules(world.settings))
    assert [await world.rows(model) for model in kept] == [[]] * len(kept)
    assert "old" not in {line.kind for line in await world.rows(SecurityEvent)}
    assert await world.rows(SecurityEvent)


async def test_a_hundred_failures_are_forgotten_after_a_year_without_another(world, visitor):
    await visitor.sign_in()
    await world.sql("update sign_in_attempts set in_a_row = 100, last_at = now() - interval '364 days'")
    await forget(world.parts.database, rules(world.settings))
    assert len(await world.rows(SignInAttempts)) == 1
    await world.sql("update sign_in_attempts set last_at = now() - interval '366 days'")
    assert await due(world.parts.database, rules(world.settings)) == {"blocked-sign-ins": 1}
    await forget(world.parts.database, rules(world.settings))
    assert await world.rows(SignInAttempts) == []


async def test_an_account_that_nobody_confirmed_is_forgotten_and_a_letter_opens_another(world):
    await world.visitor().activate(provisional_password=await world.letter())
    await world.confirmed("paul@exemple.fr", number="222222")
    await world.sql("update account set activated_at = now() - interval '89 days'")
    await forget(world.parts.database, rules(world.settings))
    assert len(await world.rows(Account)) == 2
    await world.sql("update account set activated_at = now() - interval '91 days'")
    for mark in ("frozen_at", "closed_at"):
        await world.sql(f"update account set {mark} = now()")
        assert await due(world.parts.database, rules(world.settings)) == {}
        await world.sql(f"update account set {mark} = null")
    assert await due(world.parts.database, rules(world.settings)) == {"unconfirmed-accounts": 1}
    await forget(world.parts.database, rules(world.settings))
    (left,) = await world.rows(Account)
    assert left.email == "paul@exemple.fr"
    for table in (TermsAcceptance, ConfirmationToken, ActivationReceipt):
        assert {row.account_id for row in await world.rows(table)} == {left.id}
    again = await world.visitor().activate(provisional_password=await world.letter())
    assert again.status_code == 303


async def test_one_network_address_can_not_try_without_end(make_world, plain):
    world = make_world(tries_per_minute_per_address=3)
    visitor = world.visitor()
    statuses = [(await visitor.sign_in(f"p{place}@exemple.fr")).status_code for place in range(7)]
    assert statuses[:3] == [422] * 3
    assert 429 in statuses[3:]
    visitor.http.headers["X-Forwarded-For"] = "forged, 203.0.113.9"
    assert (await visitor.sign_in("q@exemple.fr")).status_code == 422


def test_production_refuses_the_demonstrations_keys(world):
    given = {name: getattr(world.settings, name) for name in Settings.model_fields}
    given |= {"environment": "production", "help_phone": "01 23 45 67 89", "help_email": "aide@mutuelle.fr"}
    assert Settings(**given).environment == "production"
    with pytest.raises(ValidationError, match="FORM_KEYS"):
        Settings(**given | {"form_keys": "demo-1:" + "A" * 43})


def test_settings_do_not_show_their_keys(world):
    shown = repr(world.settings)
    assert "form_keys" not in shown
    assert "password_peppers" not in shown
