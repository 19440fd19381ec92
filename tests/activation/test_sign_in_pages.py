"""Signing in and out (design §5): one answer for all that is wrong, waits that grow, sessions that rotate."""

import re

import pytest
from sqlalchemy import text
from support.statements import asked

from activation.models import Account, MemberSession, SignInAttempts
from shared.security.tokens import token_digest

NO_MATCH = "L’identifiant ou le mot de passe ne correspond pas"
GOOD = "trois lapins verts dansent"
WRONG = "quatre tortues rouges nagent"


def without_tokens(page: str) -> str:
    return re.sub(r'(name="(?:form_token|submission_id)" value=)"[^"]*"', r"\1", page)


async def minutes_pass(world, minutes: int) -> None:
    await world.sql(
        "update sign_in_attempts set failed_at = (select coalesce(array_agg(t - make_interval(mins => :minutes)), '{}')"
        " from unnest(failed_at) t)",
        minutes=minutes,
    )


async def test_signing_in_opens_a_session(world, visitor):
    await world.confirmed()
    answer = await visitor.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/espace/")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-session="))
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    (session,) = await world.rows(MemberSession)
    assert visitor.cookie("__Host-session").encode() not in session.digest


async def test_the_address_is_compared_without_case_spaces_or_width(world):
    await world.confirmed()
    for email in (" JEANNE@EXEMPLE.FR ", "jeanne@Exemple.fr", "ｊｅａｎｎｅ@exemple.fr"):
        assert (await world.visitor().sign_in(email)).status_code == 303


async def test_a_password_in_the_field_above_its_own_is_not_told_to_the_database(world, visitor):
    """Databases can log what they are asked."""
    with asked() as told:
        assert (await visitor.sign_in(GOOD, GOOD)).status_code == 422
        assert (await visitor.sign_in("jeanne@exemple.fr", GOOD)).status_code == 422
    assert any("jeanne@exemple.fr" in str(parameters) for _, parameters in told)
    assert not [parameters for _, parameters in told if GOOD in str(parameters)]


async def test_what_is_wrong_is_never_said(world, visitor, plain):
    await world.confirmed()
    for email, password in (
        ("jeanne@exemple.fr", WRONG),
        ("personne@exemple.fr", WRONG),
        ("pas une adresse", WRONG),
        ("jeanne@exemple.fr", "TROIS lapins verts dansent"),
        ("jeanne@exemple.fr", " trois lapins verts dansent"),
        ("jeann\u0117@exemple.fr", GOOD),
    ):
        answer = await visitor.sign_in(email, password)
        assert answer.status_code == 422
        assert NO_MATCH in plain(answer)
        assert 'class="error"' not in answer.text
        assert visitor.cookie("__Host-session") is None


async def test_bad_input_costs_no_attempt(world, visitor, plain):
    for fields, message in (
        ({"email": "", "password": "x"}, "Saisissez votre identifiant"),
        ({"email": "jeanne@exemple.fr", "password": ""}, "Saisissez votre mot de passe"),
        ({"email": "j" * 300, "password": "x"}, "254 caractères ou moins"),
        ({"email": "jeanne@exemple.fr", "password": "x" * 200}, "128 caractères ou moins"),
        ({"email": "jean\x07ne@exemple.fr", "password": "x"}, "un caractère qui ne s’affiche pas"),
    ):
        answer = await visitor.fill("/connexion", **fields)
        assert (answer.status_code, message in plain(answer)) == (422, True)
    assert await world.rows(SignInAttempts) == []


async def test_known_and_unknown_addresses_get_the_same_pages(world):
    await world.confirmed()
    known, unknown = world.visitor(), world.visitor()
    for _ in range(6):
        one, other = await known.sign_in(password=WRONG), await unknown.sign_in("nobody@exemple.fr", WRONG)
        assert one.status_code == other.status_code
        same = without_tokens(one.text).replace("jeanne@", "N@") == without_tokens(other.text).replace("nobody@", "N@")
        assert same
        assert one.headers.keys() == other.headers.keys()
    assert one.status_code == 429


async def test_known_and_unknown_addresses_cost_one_hash_each(world, monkeypatch):
    await world.confirmed()
    hasher, seen = world.parts.passwords, []
    really = hasher.verify

    async def counted(stored, secret):
        seen.append(stored is not None)
        return await really(stored, secret)

    monkeypatch.setattr(hasher, "verify", counted)
    await world.visitor().sign_in(password=WRONG)
    await world.visitor().sign_in("nobody@exemple.fr", WRONG)
    assert seen == [True, False]


async def test_five_failures_then_a_pause_then_a_longer_one(world, visitor, plain):
    await world.confirmed()
    for _ in range(5):
        assert (await visitor.sign_in(password=WRONG)).status_code == 422
    blocked = await visitor.sign_in()
    assert (blocked.status_code, "Trop d’essais. Réessayez dans 1 minute" in plain(blocked)) == (429, True)
    assert 0 < int(blocked.headers["retry-after"]) <= 60
    await minutes_pass(world, 1)
    assert (await visitor.sign_in(password=WRONG)).status_code == 422
    assert "Réessayez dans 2 minutes" in plain(await visitor.sign_in())
    await minutes_pass(world, 2)
    assert (await visitor.sign_in()).status_code == 303
    (attempts,) = await world.rows(SignInAttempts)
    assert (attempts.in_a_row, attempts.failed_at) == (0, [])


async def test_a_hundred_in_a_row_leave_recovery_only(world, visitor, plain):
    await world.confirmed()
    await visitor.sign_in(password=WRONG)
    await world.sql("update sign_in_attempts set in_a_row = 100")
    await minutes_pass(world, 60 * 48)
    answer = await visitor.sign_in()
    assert answer.status_code == 429
    assert "Pour retrouver l’accès à votre compte, suivez « Mot de passe oublié ? »" in plain(answer)


async def test_the_session_is_new_at_every_sign_in(world, visitor):
    await world.confirmed()
    form = await visitor.form_of("/connexion") | {"email": "jeanne@exemple.fr", "password": GOOD}
    planted = "A" * 43
    visitor.http.cookies.set("__Host-session", planted, domain="testserver.local", path="/")
    await visitor.http.post("/connexion", data=form)
    (first,) = await world.rows(MemberSession)
    assert first.digest != token_digest(planted)
    await visitor.http.post("/connexion", data=form)
    (second,) = await world.rows(MemberSession)
    assert second.digest != first.digest


async def test_signing_in_leads_to_pages_of_this_site_only(world):
    await world.confirmed()
    for suite, leads_to in (
        ("/espace/remboursements", "/espace/remboursements"),
        ("/espace/?page=2%26tri=date", "/espace/?page=2&tri=date"),
        ("//ailleurs.fr", "/espace/"),
        ("/%5Cailleurs.fr", "/espace/"),
        ("https://ailleurs.fr/", "/espace/"),
        ("/espace%0D%0ASet-Cookie:x=y", "/espace/"),
        ("javascript:alert(1)", "/espace/"),
        ("/" + "a" * 600, "/espace/"),
    ):
        visitor = world.visitor()
        answer = await visitor.sign_in(suite=suite)
        assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
        assert (await visitor.get(f"/connexion?suite={suite}")).headers["location"] == leads_to


async def test_the_suite_is_checked_when_it_comes_back_too(world, visitor):
    await world.confirmed()
    form = await visitor.form_of("/connexion")
    sent = form | {"email": "jeanne@exemple.fr", "password": GOOD, "suite": "//ailleurs.fr"}
    assert (await visitor.http.post("/connexion", data=sent)).headers["location"] == "/espace/"


async def test_signing_out_ends_the_session(world, visitor, plain):
    await world.confirmed()
    await visitor.sign_in()
    stolen = visitor.cookie("__Host-session")
    answer = await visitor.http.post("/deconnexion")
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?deconnexion=1")
    assert '"cache"' in answer.headers["clear-site-data"]
    assert visitor.cookie("__Host-session") is None
    assert await world.rows(MemberSession) == []
    assert "Vous êtes déconnecté." in plain(await visitor.get("/connexion?deconnexion=1"))
    check = await visitor.get("/internal/session?audience=member-space", cookie=f"__Host-session={stolen}")
    assert (check.status_code, "expiree=1" in check.headers["location"]) == (303, True)


async def test_signing_out_without_a_session_or_by_get(visitor):
    assert (await visitor.http.post("/deconnexion")).status_code == 303
    assert (await visitor.get("/deconnexion")).status_code == 405


async def test_who_was_away_is_told_why(visitor, plain):
    page = plain(await visitor.get("/connexion?suite=/espace/&expiree=1"))
    assert "Vous avez été déconnecté après 15 minutes sans activité" in page


async def test_an_old_hash_is_renewed_at_sign_in(world, visitor):
    from argon2 import PasswordHasher

    await world.confirmed()
    earlier = PasswordHasher(memory_cost=16, time_cost=1, parallelism=1)
    peppered = world.parts.passwords._peppered(world.settings.password_peppers.current[1], "trois lapins verts dansent")
    old = "w1" + earlier.hash(peppered)
    assert world.parts.passwords.needs_rehash(old)
    await world.sql("update account set password_hash = :old", old=old)
    assert (await visitor.sign_in()).status_code == 303
    (account,) = await world.rows(Account)
    assert not world.parts.passwords.needs_rehash(account.password_hash)
    assert (await world.visitor().sign_in()).status_code == 303


async def test_the_journal_tells_what_happened_and_can_not_be_changed(world, visitor):
    await world.confirmed()
    await visitor.sign_in(password=WRONG)
    await visitor.sign_in()
    await visitor.http.post("/deconnexion")
    async with world.database.unit_of_work() as work:
        rows = await work.session.execute(text("select kind from security_event order by id"))
        assert list(rows.scalars()) == ["activated", "confirmed", "sign-in-failed", "signed-in", "signed-out"]
        rows = await work.session.execute(text("select row_to_json(security_event)::text from security_event"))
        journal = "".join(rows.scalars())
    for secret in ("jeanne", "372257", "lapins", "tortues"):
        assert secret not in journal
    for change in ("update security_event set kind = 'x'", "delete from security_event"):
        with pytest.raises(Exception, match="append-only"):
            await world.sql(change)
