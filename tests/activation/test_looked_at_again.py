"""What waited for a row looks at it again: between the first look and the lock the account may be another's, or gone."""

import asyncio

import pytest
from sqlalchemy import text
from support.waiting_locks import somebody_waits

from activation.models import Account, ConfirmationToken, EmailChange, ResetToken
from shared.security.sealing import unseal_text

from .recovery_steps import EMAIL, FORGOTTEN, SENT

CONFIRM, CHANGE = "/compte/confirmer", "/compte/adresse/confirmer"


@pytest.mark.parametrize(
    "meanwhile",
    [
        "address_key = 'voleur@exemple.fr', email = 'voleur@exemple.fr'",
        "confirmed_at = now()",
        "confirmed_at = null",
        "frozen_at = now()",
    ],
)
async def test_no_link_leaves_for_an_account_that_has_changed(world, visitor, meanwhile):
    await world.confirmed()
    form = await visitor.form_of(FORGOTTEN) | {"email": EMAIL}
    async with world.database.unit_of_work() as work:
        await work.session.execute(text(f"update account set {meanwhile}"))
        asked = asyncio.create_task(visitor.http.post(FORGOTTEN, data=form))
        await somebody_waits(world.database)
    answer = await asked
    assert (answer.status_code, answer.headers["location"]) == (303, SENT)
    assert await world.rows(ResetToken) == []
    assert await world.events("password-reset-requested") == []


async def test_a_link_leaves_for_an_account_that_somebody_else_looked_at(world, visitor):
    await world.confirmed()
    form = await visitor.form_of(FORGOTTEN) | {"email": EMAIL}
    async with world.database.unit_of_work() as work:
        await work.session.execute(text("select from account for update"))
        asked = asyncio.create_task(visitor.http.post(FORGOTTEN, data=form))
        await somebody_waits(world.database)
    await asked
    assert [event["email"] for event in await world.events("password-reset-requested")] == [EMAIL]


async def pressed_while(world, browser, page: str, statement: str):
    """The button of that page, pressed while the statement is under way; how it was answered."""
    form = await browser.form_of(page)
    async with world.database.unit_of_work() as work:
        await work.session.execute(text("select from account for update"))
        await work.session.execute(text(statement))
        pressed = asyncio.create_task(browser.http.post(page, data=form))
        await somebody_waits(world.database)
    return await pressed


async def test_a_link_to_confirm_that_was_erased_meanwhile(world, visitor, plain):
    await visitor.activate(provisional_password=await world.letter())
    await visitor.get(f"{CONFIRM}?jeton={await world.newest_token()}")
    answer = await pressed_while(world, visitor, CONFIRM, "delete from confirmation_token")
    assert answer.status_code < 500
    assert "Ce lien n’est pas reconnu" in plain(await visitor.get(CONFIRM))
    assert await world.rows(ConfirmationToken) == []
    assert [account.confirmed_at for account in await world.rows(Account)] == [None]


async def test_an_account_to_confirm_that_was_erased_meanwhile(world, visitor, plain):
    await visitor.activate(provisional_password=await world.letter())
    await visitor.get(f"{CONFIRM}?jeton={await world.newest_token()}")
    await world.sql("delete from terms_acceptance")
    answer = await pressed_while(world, visitor, CONFIRM, "delete from account")
    assert answer.status_code < 500
    assert "Ce lien n’est pas reconnu" in plain(await visitor.get(CONFIRM))


async def test_another_address_whose_link_was_erased_meanwhile(world, visitor, plain):
    await world.confirmed()
    await visitor.sign_in()
    wanted = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr"}
    await visitor.fill("/compte/securite/adresse", **wanted)
    sealed = (await world.events("email-change-requested"))[-1]["sealed_token"]
    await visitor.get(f"{CHANGE}?jeton={unseal_text(world.notifier_keys, sealed)}")
    answer = await pressed_while(world, visitor, CHANGE, "delete from email_change")
    assert answer.status_code < 500
    assert "Ce lien n’est pas reconnu" in plain(await visitor.get(CHANGE))
    assert await world.rows(EmailChange) == []
    assert [account.email for account in await world.rows(Account)] == [EMAIL]
