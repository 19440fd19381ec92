"""Another password: proved by the present one; everything else that was open ends."""

import asyncio
from datetime import timedelta

import pytest

from activation.models import (
    Account,
    EmailChange,
    KnownDevice,
    MemberSession,
    ResetToken,
    SecondStep,
    SecurityEvent,
    SignInAttempts,
)
from shared.security.tokens import new_token, token_digest

PAGE, CHECK = "/compte/securite/mot-de-passe", "/internal/session?audience=member-space"
GOOD, NEW, WRONG = "trois lapins verts dansent", "cinq hiboux gris ronflent", "quatre tortues rouges nagent"


@pytest.fixture
async def jeanne(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    return visitor


async def change(visitor, current=GOOD, password=NEW, **changed):
    fields = {"current": current, "password": password, "password_confirmation": password} | changed
    return await visitor.fill(PAGE, **fields)


async def test_it_is_changed_and_all_else_ends(world, jeanne, plain):
    other, before = world.visitor(), jeanne.cookie("__Host-session")
    await other.sign_in()
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        same = {"account_id": account.id, "created_at": work.now, "expires_at": work.now + timedelta(hours=1)}
        work.session.add(ResetToken(digest=token_digest(new_token()), **same))
        work.session.add(SecondStep(digest=token_digest(new_token()), password_digest=b"x", **same))
        mail = {"email": "x@exemple.fr", "address_key": "x@exemple.fr"}
        work.session.add(EmailChange(digest=token_digest(new_token()), **same, **mail))
    answer = await change(jeanne)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/securite?fait=mot-de-passe")
    assert "Votre mot de passe est changé" in plain(await jeanne.get(answer.headers["location"]))
    # this session goes on under another token; the old token and the other browser have nothing, at once
    assert jeanne.cookie("__Host-session") != before
    assert (await jeanne.get(CHECK)).status_code == 200
    assert (await other.get(CHECK)).status_code == 303
    stolen = await world.visitor().get(CHECK, cookie=f"__Host-session={before}")
    assert stolen.status_code == 303
    assert len(await world.rows(MemberSession)) == 1
    assert [one.ended_at is not None for one in await world.rows(ResetToken)] == [True]
    assert [one.ended_at is not None for one in await world.rows(EmailChange)] == [True]
    assert await world.rows(SecondStep) == []
    (device,) = await world.rows(KnownDevice)
    assert device.digest == token_digest(jeanne.cookie("__Host-appareil"))
    told = [event for event in await world.events("security-changed") if event["change"] == "password-changed"]
    assert [event["email"] for event in told] == ["jeanne@exemple.fr"]
    assert [line.kind for line in await world.rows(SecurityEvent)].count("password-changed") == 1
    assert (await world.visitor().sign_in(password=GOOD)).status_code == 422
    assert (await world.visitor().sign_in(password=NEW)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"current": ""}, "Saisissez votre mot de passe actuel"),
        ({"current": WRONG}, "Ce mot de passe n’est pas le vôtre"),
        ({"current": "x" * 200}, "128 caractères ou moins"),
        ({"password": ""}, "Saisissez un mot de passe"),
        ({"password": "court"}, "au moins 12 caractères"),
        ({"password": "x" * 200}, "128 caractères ou moins"),
        ({"password": GOOD}, "différent de l’actuel"),
        ({"password": "garnier aime les tulipes"}, "ne doit pas contenir votre nom"),
        ({"password": "motdepasse1234"}, "trop courant"),
        ({"password_confirmation": WRONG}, "Les deux mots de passe doivent être identiques"),
    ],
)
async def test_what_is_refused(world, jeanne, plain, fields, message):
    (before,) = await world.rows(Account)
    answer = await change(jeanne, **fields)
    assert (answer.status_code, message in plain(answer)) == (422, True)
    for typed in (GOOD, NEW, WRONG):
        assert typed not in answer.text
    (after,) = await world.rows(Account)
    assert after.password_hash == before.password_hash
    assert await world.events("security-changed") == []


async def test_wrong_ones_are_counted_like_sign_ins_and_right_ones_are_not(world, jeanne, plain):
    for _ in range(6):
        assert (await change(jeanne, password="court")).status_code == 422
        assert (await change(jeanne, password=GOOD)).status_code == 422
    for _ in range(5):
        assert (await change(jeanne, current=WRONG)).status_code == 422
    blocked = await change(jeanne)
    assert (blocked.status_code, "Trop d’essais. Réessayez dans 1 minute" in plain(blocked)) == (429, True)
    assert int(blocked.headers["retry-after"]) <= 60
    await world.sql("update sign_in_attempts set in_a_row = 100")
    assert "Mot de passe oublié" in plain(await change(jeanne))
    assert [line.kind for line in await world.rows(SecurityEvent)].count("sign-in-failed") == 5


async def test_twenty_at_once_change_it_once(world, jeanne):
    form = await jeanne.form_of(PAGE) | {"current": GOOD, "password": NEW, "password_confirmation": NEW}
    sent = [jeanne.http.post(PAGE, data=form) for _ in range(20)]
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} <= {303, 422, 429}
    changed = [one for one in answers if one.headers.get("location") == "/compte/securite?fait=mot-de-passe"]
    assert len(changed) == 1
    assert len(await world.events("security-changed")) == 1
    assert len(await world.rows(MemberSession)) == 1


async def test_an_old_page_and_a_session_that_ended(world, jeanne, plain):
    answer = await jeanne.http.post(PAGE, data={"current": GOOD, "password": NEW, "password_confirmation": NEW})
    assert (answer.status_code, "Votre page a expiré" in plain(answer)) == (422, True)
    hidden = await jeanne.form_of(PAGE)
    await world.sql("delete from session")
    answer = await jeanne.http.post(PAGE, data=hidden | {"current": GOOD})
    assert answer.headers["location"] == f"/connexion?suite={PAGE}&expiree=1"
    assert await world.rows(SignInAttempts) != []


async def test_a_frozen_account_changes_nothing(world, jeanne):
    await world.sql("update account set frozen_at = now()")
    answer = await change(jeanne)
    assert answer.headers["location"].startswith("/connexion?suite=")
    assert await world.events("security-changed") == []
