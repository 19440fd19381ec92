"""The new password behind the link: what it has to be, what it ends and what it lifts (design §5)."""

import pytest

from activation.models import Account, EmailChange, ResetToken, SecondStep
from shared.security.assertions import HEADER
from shared.security.tokens import new_token, token_digest

from .recovery_steps import CHECK, LINK, NEW_PASSWORD, SENT, answer, ask, choose, new_link, opened, report, reset

OLD_PASSWORD = "trois lapins verts dansent"


@pytest.fixture
async def token(world):
    """Mme Garnier has a confirmed account and has asked for a link: the token of her mail."""
    await world.confirmed()
    return await new_link(world)


@pytest.mark.parametrize(
    ("password", "confirmation", "message"),
    [
        ("", "", "Saisissez un mot de passe"),
        ("court", "court", "au moins 12 caractères"),
        (NEW_PASSWORD, "autre chose de long", "doivent être identiques"),
        ("bonjourbonjour", "bonjourbonjour", "trop courant"),
        ("jeanne aime le vélo", "jeanne aime le vélo", "ne doit pas contenir votre nom"),
        ("le 27 mars au soir", "le 27 mars au soir", "votre date de naissance"),
        (OLD_PASSWORD, OLD_PASSWORD, "Choisissez un autre mot de passe que l’actuel"),
        ("x" * 129, "x" * 129, "128 caractères ou moins"),
    ],
)
async def test_a_password_that_is_refused(world, token, plain, password, confirmation, message):
    visitor = await opened(world, token)
    await answer(visitor)
    told = await choose(visitor, password, password_confirmation=confirmation)
    assert told.status_code == 422
    assert message in plain(told)
    assert 'class="error"' in told.text
    assert not password or f'value="{password}"' not in told.text
    assert (await choose(visitor)).headers["location"] == "/connexion?mot-de-passe=1"


async def test_an_expired_page_is_shown_again(world, token, plain):
    visitor = await opened(world, token)
    await answer(visitor)
    told = await visitor.http.post(LINK, data={"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD})
    assert told.status_code == 422
    assert "Votre page a expiré" in plain(told)
    assert NEW_PASSWORD not in told.text


async def test_a_form_sent_twice_does_it_once(world, token):
    visitor = await opened(world, token)
    await answer(visitor)
    form = await visitor.form_of(LINK) | {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    places = [(await visitor.http.post(LINK, data=form)).headers["location"] for _ in range(2)]
    assert places == ["/connexion?mot-de-passe=1"] * 2
    assert len(await world.events("security-changed")) == 1


async def test_who_is_locked_out_gets_back_in(world, visitor):
    await world.confirmed()
    for _ in range(6):
        locked = await visitor.sign_in(password="quatre vaches bleues nagent")
    assert locked.status_code == 429
    await reset(world)
    assert (await visitor.sign_in(password=NEW_PASSWORD)).status_code == 303


async def test_a_hundred_failures_in_a_row_are_lifted(world, visitor, plain):
    await world.confirmed()
    await visitor.sign_in(password="quatre vaches bleues nagent")
    await world.sql("update sign_in_attempts set in_a_row = 100 where in_a_row > 0")
    assert "Mot de passe oublié" in plain(await visitor.sign_in())
    await reset(world)
    assert (await visitor.sign_in(password=NEW_PASSWORD)).status_code == 303


async def test_a_frozen_account_gets_no_link_and_its_old_one_is_ended(world, token, plain):
    visitor = await opened(world, token)
    await answer(visitor)
    await reset(world, password="cinq canards jaunes volent")
    later = await opened(world, await new_link(world))
    await answer(later)
    form = await later.form_of(LINK) | {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    await report(world, await world.token_in("security-changed"))
    assert (await later.http.post(LINK, data=form)).headers["location"] == LINK
    assert "Ce lien ne fonctionne plus" in plain(await later.get(LINK))
    await world.sql("delete from throttle")
    links = len(await world.events("password-reset-requested"))
    assert (await ask(visitor)).headers["location"] == SENT
    assert len(await world.events("password-reset-requested")) == links


async def test_what_was_under_way_is_ended(world, token):
    (account,) = await world.rows(Account)
    other = await new_link(world)
    async with world.database.unit_of_work() as work:
        row = {
            "digest": token_digest(new_token()),
            "account_id": account.id,
            "created_at": work.now,
            "expires_at": work.now,
        }
        work.session.add(SecondStep(**row, password_digest=b"x"))
        work.session.add(EmailChange(**row, email="voleur@exemple.fr", address_key="voleur@exemple.fr"))
    visitor = await opened(world, token)
    await answer(visitor)
    await choose(visitor)
    assert await world.rows(SecondStep) == []
    assert [one.ended_at is not None for one in await world.rows(EmailChange)] == [True]
    assert [one.ended_at is not None for one in await world.rows(ResetToken)] == [True, True]
    for ended in (token, other):
        assert "Ce lien " in (await (await opened(world, ended)).get(LINK)).text


async def test_another_persons_session_in_that_browser_goes_on(world, token):
    await world.confirmed("paul@exemple.fr", number="222222")
    for email, goes_on in (("paul@exemple.fr", True), ("jeanne@exemple.fr", False)):
        visitor = await opened(world, await new_link(world))
        await visitor.sign_in(email)
        await answer(visitor)
        assert (await choose(visitor, NEW_PASSWORD if goes_on else "cinq canards jaunes volent")).status_code == 303
        assert (HEADER in (await visitor.get(CHECK)).headers) == goes_on
        await world.sql(
            "update account set password_hash = (select password_hash from account where email like 'paul%')"
        )


async def test_a_link_that_was_ended_tells_the_ways_that_are_left(world, token, plain):
    await world.sql("update reset_token set ended_at = now()")
    page = await (await opened(world, token)).get(LINK)
    assert "la question secrète ou l’adresse électronique a changé" in plain(page)
    for way in ("/connexion", "/compte/mot-de-passe-oublie", "/compte/courrier-de-secours"):
        assert f'href="{way}"' in page.text
