"""The link of « mot de passe oublié »: possession first, then the secret question, then a new password (design §5)."""

import pytest

from activation.models import Account, MemberSession, ResetToken
from shared.security.assertions import HEADER
from shared.security.tokens import new_token

from .recovery_steps import (
    ANSWER,
    CHECK,
    EMAIL,
    LINK,
    NEW_PASSWORD,
    QUESTION,
    answer,
    choose,
    kinds,
    new_link,
    opened,
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
    told = [(event["change"], event["email"]) for event in await world.events("security-changed")]
    assert told == [("password-reset", EMAIL), ("new-device", EMAIL)], "nobody knew the browser that signs in elsewhere"
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
