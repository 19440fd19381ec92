"""Two at one account at the same moment: who ends what is under way holds the account first, and nobody holds what that one
waits for. Each test stops the first where it matters, and lets the second come that far."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from support.authenticator import Authenticator
from support.second_factor import (
    APPLICATION,
    PASSKEY,
    VERIFICATION,
    add_application,
    add_passkey,
    code,
    codes_on,
    fields_on,
    options_on,
    secret_on,
)
from support.waiting_locks import somebody_waits

from activation import access
from activation.models import Account, EmailChange, MemberSession, Passkey, RecoveryCode, SecondStep, TotpFactor
from activation.security_settings import owner
from shared.database.unit_of_work import UnitOfWork

pytestmark = pytest.mark.usefixtures("clock")
PROOF = "/connexion/confirmer"
OVER = "/connexion?suite=/espace/&reprise=1"
ENDINGS = pytest.mark.parametrize("ending", [access.end, access.erase], ids=["end", "erase"])


@asynccontextmanager
async def held(world) -> AsyncIterator[tuple[UnitOfWork, Account]]:
    """The account, locked as by its freezing, closing or any change of its settings."""
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        locked = await owner.locked(work, account.id)
        assert locked is not None
        yield work, locked


@pytest.fixture
async def member(world, visitor):
    """Signed in, with an application."""
    await world.confirmed()
    await visitor.sign_in()
    visitor.secret, visitor.codes = await add_application(visitor)
    return visitor


@ENDINGS
async def test_what_ends_a_sign_in_does_not_meet_it_halfway(world, member, ending):
    thief = world.visitor()
    await thief.sign_in()
    form = fields_on(await thief.get(VERIFICATION)) | {"code": code(member.secret, 1)}
    async with held(world) as (work, account):
        arriving = asyncio.create_task(thief.http.post(VERIFICATION, data=form))
        await somebody_waits(world.database)
        await ending(work, account.id)
    answer = await arriving
    assert (answer.status_code, answer.headers["location"]) == (303, OVER)
    assert await world.rows(MemberSession) == await world.rows(SecondStep) == []


@ENDINGS
async def test_nor_a_proof(world, member, ending):
    """With a recovery code, whose use is mailed: the link of that mail is the account's, too."""
    form = fields_on(await member.get(PROOF)) | {"password": "trois lapins verts dansent", "code": member.codes[0]}
    async with held(world) as (work, account):
        proving = asyncio.create_task(member.http.post(PROOF, data=form))
        await somebody_waits(world.database)
        await ending(work, account.id)
    answer = await proving
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/connexion")
    assert await world.rows(MemberSession) == []
    assert all(one.used_at is None for one in await world.rows(RecoveryCode))


async def test_the_eleventh_passkey_is_counted_under_the_lock(world, member, plain):
    for _ in range(9):
        await add_passkey(member, Authenticator())
    other = world.visitor()
    await other.sign_in()
    page = await other.get(VERIFICATION)
    await other.http.post(VERIFICATION, data=fields_on(page) | {"code": code(member.secret, 1)})
    sent = []
    for browser in (member, other):
        page = await browser.get(PASSKEY)
        made = Authenticator().make(options_on(page))
        sent.append((browser, fields_on(page) | {"name": "Clé", "passkey": made}))
    async with held(world):
        adding = [asyncio.create_task(browser.http.post(PASSKEY, data=form)) for browser, form in sent]
        await somebody_waits(world.database, 2)
    answers = await asyncio.gather(*adding)
    assert sorted(one.status_code for one in answers) == [303, 422]
    assert [one.status_code for one in answers if "Vous avez déjà 10 clés d’accès" in plain(one)] == [422]
    assert len(await world.rows(Passkey)) == 10


async def test_what_has_become_the_first_one_comes_with_codes(world, member):
    """The last one is removed while another is added: that one would otherwise have none."""
    page = await member.get(APPLICATION)
    form = fields_on(page) | {"code": code(secret_on(page))}
    async with held(world) as (work, _):
        adding = asyncio.create_task(member.http.post(APPLICATION, data=form))
        await somebody_waits(world.database)
        for row in [*await world.rows(TotpFactor), *await world.rows(RecoveryCode)]:
            await work.session.delete(await work.session.merge(row))
    answer = await adding
    assert (answer.status_code, len(codes_on(answer))) == (200, 10)
    assert len(await world.rows(TotpFactor)) == 1
    assert len(await world.rows(RecoveryCode)) == 10
    assert (await world.events("security-changed"))[-1]["change"] == "second-factor-added"


ADDRESS, QUESTION = "/compte/securite/adresse", "/compte/securite/question"
CHANGES = {
    ADDRESS: {"email": "voleur@exemple.fr", "email_confirmation": "voleur@exemple.fr"},
    QUESTION: {"secret_question": "jeu", "secret_answer": "La marelle"},
}


@pytest.mark.parametrize("page", CHANGES)
async def test_no_setting_is_changed_by_who_was_put_out_meanwhile(world, member, page):
    """The owner chooses a password elsewhere while a thief sends a form in a session that is still open."""
    form = fields_on(await member.get(page)) | CHANGES[page]
    async with held(world) as (work, account):
        changing = asyncio.create_task(member.http.post(page, data=form))
        await somebody_waits(world.database)
        await access.end(work, account.id)
    await changing
    assert await world.rows(EmailChange) == []
    assert [account.secret_question for account in await world.rows(Account)] == ["livre"]
    assert await world.events("email-change-requested") == []


@pytest.mark.parametrize("meanwhile", ["closed_at", "frozen_at", "session ended"])
async def test_no_factor_comes_by_who_was_put_out_meanwhile(world, member, meanwhile):
    page = await member.get(PASSKEY)
    form = fields_on(page) | {"name": "Clé", "passkey": Authenticator().make(options_on(page))}
    async with held(world) as (work, account):
        adding = asyncio.create_task(member.http.post(PASSKEY, data=form))
        await somebody_waits(world.database)
        await access.end(work, account.id)
        if meanwhile != "session ended":
            setattr(account, meanwhile, work.now)
    assert (await adding).status_code == 422
    assert await world.rows(Passkey) == []
