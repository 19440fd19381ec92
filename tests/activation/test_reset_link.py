"""The link of « mot de passe oublié »: possession first, then the secret question, then a new password (design §5)."""

import pytest

from activation.models import Account, EmailChange, MemberSession, ResetToken, SecondStep, SignInAttempts
from shared.security.assertions import HEADER
from shared.security.tokens import new_token, token_digest

from .recovery_steps import (
    ANSWER,
    CHECK,
    EMAIL,
    LINK,
    NEW_PASSWORD,
    QUESTION,
    SENT,
    answer,
    ask,
    choose,
    kinds,
    new_link,
    opened,
    report,
    reset,
)

OLD_PASSWORD = "trois lapins verts dansent"
ASKED = "Quel est le livre pour enfants que vous préférez"


@pytest.fixture
async def token(world):
    """Mme Garnier has a confirmed account and has asked for a link: the token of her mail."""
    await world.confirmed()
    return await new_link(world)


async def test_the_token_leaves_the_address_bar_at_once(visitor, token):
    answered = await visitor.get(f"{LINK}?jeton={token}")
    assert (answered.status_code, answered.headers["location"]) == (303, LINK)
    assert answered.headers["referrer-policy"] == "no-referrer"
    cookie = next(one for one in answered.headers.get_list("set-cookie") if one.startswith("__Host-mot-de-passe="))
    assert {"HttpOnly", "Secure", "Max-Age=3600", "SameSite=lax"} <= set(cookie.split("; "))


async def test_reading_never_uses_the_link(world, token):
    (before,) = await world.rows(ResetToken)
    scanner = world.visitor()
    for _ in range(4):
        await scanner.http.head(f"{LINK}?jeton={token}")
        await scanner.http.head(LINK)
        page = await scanner.http.get(f"{LINK}?jeton={token}", follow_redirects=True)
        assert ASKED in page.text
        assert page.headers["cache-control"] == "no-store"
    (after,) = await world.rows(ResetToken)
    assert after == before


async def test_the_whole_way(world, token, plain):
    signed_in, away = world.visitor(), world.visitor()
    await signed_in.sign_in()
    visitor = await opened(world, token)
    answered = await answer(visitor, " les malheurs de SOPHIE ! ")
    assert (answered.status_code, answered.headers["location"]) == (303, LINK)
    done = await choose(visitor)
    assert (done.status_code, done.headers["location"]) == (303, "/connexion?mot-de-passe=1")
    assert visitor.cookie("__Host-session") is None, "nobody is signed in by it"
    assert "Votre mot de passe est changé." in plain(await visitor.get(done.headers["location"]))
    assert HEADER not in (await signed_in.get(CHECK)).headers
    assert await world.rows(MemberSession) == []
    assert (await away.sign_in(password=OLD_PASSWORD)).status_code == 422
    assert (await away.sign_in(password=NEW_PASSWORD)).status_code == 303
    (told,) = await world.events("security-changed")
    assert (told["change"], told["email"]) == ("password-reset", EMAIL)
    assert {"password-reset", "reset-link-sent"} <= set(await kinds(world))


async def test_no_token_and_no_secret_is_kept_or_told(world, token):
    visitor = await opened(world, token)
    seen = [await answer(visitor), await choose(visitor)]
    secrets = [token, NEW_PASSWORD, ANSWER, await world.token_in("security-changed")]
    told = [
        str(event) for name in ("password-reset-requested", "security-changed") for event in await world.events(name)
    ]
    kept = [str(row.model_dump()) for model in (ResetToken, Account) for row in await world.rows(model)]
    places = [one.headers["location"] for one in seen]
    for secret in secrets:
        assert not [text for text in (*told, *kept, *places) if secret in text]


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
        work.session.add(SecondStep(**row))
        work.session.add(EmailChange(**row, email="voleur@exemple.fr", address_key="voleur@exemple.fr"))
    visitor = await opened(world, token)
    await answer(visitor)
    await choose(visitor)
    assert await world.rows(SecondStep) == []
    assert [one.ended_at is not None for one in await world.rows(EmailChange)] == [True]
    assert [one.ended_at is not None for one in await world.rows(ResetToken)] == [True, True]
    for ended in (token, other):
        assert "Ce lien " in (await (await opened(world, ended)).get(LINK)).text


@pytest.mark.parametrize(
    ("statement", "title"),
    [
        ("update reset_token set expires_at = now()", "Ce lien a expiré"),
        ("update reset_token set used_by = gen_random_uuid(), ended_at = now()", "Ce lien a déjà servi"),
        ("update reset_token set ended_at = now()", "Ce lien ne fonctionne plus"),
        ("update reset_token set wrong_answers = 3", "Demandez un courrier de secours."),
        ("delete from reset_token", "Ce lien n’est pas reconnu"),
    ],
)
async def test_a_link_that_is_no_longer_good_says_why(world, token, plain, statement, title):
    visitor = await opened(world, token)
    question, password = await visitor.form_of(QUESTION), dict[str, str]()
    await answer(visitor)
    password = await visitor.form_of(LINK)
    await world.sql(statement)
    page = await visitor.get(LINK)
    assert title in plain(page)
    assert "<form" not in page.text
    sent = [
        await visitor.http.post(QUESTION, data=question | {"secret_answer": ANSWER}),
        await visitor.http.post(
            LINK, data=password | {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
        ),
        await visitor.http.post(LINK, data=password),
    ]
    assert [(one.status_code, one.headers["location"]) for one in sent] == [(303, LINK)] * 3
    assert (await visitor.sign_in()).status_code == 303, "the password is the one of before"


@pytest.mark.parametrize("bad", ["", "x", new_token(), "é" * 43])
async def test_what_is_no_link(world, plain, bad):
    visitor = world.visitor()
    page = await visitor.http.get(LINK, params={"jeton": bad}, follow_redirects=True)
    assert "Ce lien n’est pas reconnu" in plain(page)


async def test_three_wrong_answers_end_the_link(world, token, plain):
    visitor = await opened(world, token)
    for left in ("Il vous reste 2 essais", "Il vous reste 1 essai"):
        wrong = await answer(visitor, "Le Petit Prince")
        assert wrong.status_code == 422
        assert left in plain(wrong)
        assert 'value="Le Petit Prince"' in wrong.text
    last = await answer(visitor, "Le Petit Prince")
    assert (last.status_code, last.headers["location"]) == (303, LINK)
    page = await visitor.get(LINK)
    assert 'href="/compte/courrier-de-secours"' in page.text
    assert (await answer(visitor)).headers["location"] == LINK
    assert (await choose(visitor)).headers["location"] == LINK
    assert (await kinds(world)).count("secret-answer-wrong") == 3
    assert (await visitor.sign_in()).status_code == 303


async def test_what_is_no_answer_costs_no_try(world, token, plain):
    visitor = await opened(world, token)
    for typed, message in (
        ("", "Saisissez votre réponse"),
        (" !? ", "en lettres ou en chiffres"),
        ("x" * 101, "100 caractères"),
    ):
        told = await answer(visitor, typed)
        assert told.status_code == 422
        assert message in plain(told)
    assert [link.wrong_answers for link in await world.rows(ResetToken)] == [0]
    expired = await visitor.http.post(QUESTION, data={"secret_answer": ANSWER})
    assert expired.status_code == 422
    assert f'value="{ANSWER}"' in expired.text


async def test_wrong_answers_add_up_over_many_links(world, plain):
    """Who has the mailbox and not the answer can't ask for link after link: the limits of signing in hold, apart from it."""
    await world.confirmed()
    for _ in range(2):
        visitor = await opened(world, await new_link(world))
        for _ in range(3):
            last = await answer(visitor, "Le Petit Prince")
    assert last.status_code == 429
    assert "Trop de réponses fausses. Réessayez dans 1 minute" in plain(last)
    assert (await world.visitor().sign_in()).status_code == 303, "signing in is counted apart"
    await world.sql("update sign_in_attempts set in_a_row = 100")
    only_letter = await answer(await opened(world, await new_link(world)))
    assert only_letter.status_code == 429
    assert 'href="/compte/courrier-de-secours"' in only_letter.text


async def test_a_right_answer_forgives_the_wrong_ones(world, token):
    visitor = await opened(world, token)
    await answer(visitor, "Le Petit Prince")
    await answer(visitor)
    (link,) = await world.rows(ResetToken)
    assert link.wrong_answers == 1
    assert {row.in_a_row for row in await world.rows(SignInAttempts)} == {0}


async def test_the_answer_opens_the_link_in_its_own_browser_only(world, token):
    owner = await opened(world, token)
    await answer(owner)
    other = await opened(world, token)
    assert (await other.get(LINK)).headers["location"] == QUESTION
    form = await other.form_of(QUESTION)
    sent = await other.http.post(LINK, data=form | {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD})
    assert sent.headers["location"] == LINK
    assert (await other.sign_in(password=NEW_PASSWORD)).status_code == 422
    assert (await choose(owner)).headers["location"] == "/connexion?mot-de-passe=1"


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
