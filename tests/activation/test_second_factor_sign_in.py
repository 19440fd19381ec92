"""Signing in with a second factor: no session before it, each kind of answer, wrong ones stopped at the figures."""

import asyncio
import re
from datetime import timedelta

import pytest
from support.authenticator import Authenticator
from support.second_factor import (
    APPLICATION,
    OVERVIEW,
    VERIFICATION,
    add_application,
    add_passkey,
    code,
    fields_on,
    options_on,
    verify,
    verify_with,
)

from activation import access
from activation.models import (
    Account,
    MemberSession,
    Passkey,
    RecoveryCode,
    SecondStep,
    SecurityEvent,
    SignInAttempts,
    TotpFactor,
)
from shared.security.tokens import token_digest

from .recovery_steps import NEW_PASSWORD, reset

pytestmark = pytest.mark.usefixtures("clock")
MANY = 20
WRONG_CODE = "Ce code n’est pas le bon, ou a déjà servi"
LETTER = "/compte/courrier-de-secours"


class Member:
    """Mme Garnier with an application, a passkey and ten codes, signed in nowhere."""

    def __init__(self, world, secret: str, codes: list[str], authenticator: Authenticator) -> None:
        self.world, self.secret, self.codes, self.authenticator = world, secret, codes, authenticator

    async def half_in(self, suite: str = ""):
        """At a browser where the password was right."""
        visitor = self.world.visitor()
        answer = await visitor.sign_in(suite=suite)
        assert answer.headers["location"].startswith(VERIFICATION)
        return visitor


@pytest.fixture
async def member(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    secret, codes = await add_application(visitor)
    authenticator = Authenticator()
    await add_passkey(visitor, authenticator)
    await visitor.http.post("/deconnexion")
    assert await world.rows(MemberSession) == []
    return Member(world, secret, codes, authenticator)


async def kinds(world) -> list[str]:
    return [line.kind for line in sorted(await world.rows(SecurityEvent), key=lambda line: line.id)]


async def counted(world) -> tuple[int, int]:
    """Wrong codes of the last day and in a row."""
    (row,) = [
        one for one in await world.rows(SignInAttempts) if one.address_fingerprint.startswith("second-factor:")
    ]  # fmt: skip
    return len(row.failed_at), row.in_a_row


async def test_the_right_password_opens_nothing_by_itself(world, member, plain):
    visitor = world.visitor()
    answer = await visitor.sign_in(suite="/espace/remboursements")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{VERIFICATION}?suite=/espace/remboursements")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-verification="))
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))
    assert visitor.cookie("__Host-session") is None
    assert await world.rows(MemberSession) == []
    (step,) = await world.rows(SecondStep)
    assert step.digest == token_digest(visitor.cookie("__Host-verification"))
    assert (await visitor.get("/internal/session?audience=member-space")).status_code == 303
    # the token of the waiting sign-in is no session
    token = visitor.cookie("__Host-verification")
    check = await visitor.get("/internal/session?audience=member-space", cookie=f"__Host-session={token}")
    assert check.headers["location"].startswith("/connexion?")
    page = await visitor.get(answer.headers["location"])
    assert "Vérifiez que c’est bien vous" in plain(page)
    assert 'name="suite" value="/espace/remboursements"' in page.text
    assert f'href="{LETTER}"' in page.text


async def test_a_code_of_the_application_opens_a_session(world, member):
    visitor = await member.half_in("/espace/remboursements")
    step = visitor.cookie("__Host-verification")
    answer = await verify(visitor, "/espace/remboursements", code=code(member.secret, 1))
    assert (answer.status_code, answer.headers["location"]) == (303, "/espace/remboursements")
    (session,) = await world.rows(MemberSession)
    assert session.digest == token_digest(visitor.cookie("__Host-session")) != token_digest(step)
    assert visitor.cookie("__Host-verification") is None
    assert await world.rows(SecondStep) == []
    assert await counted(world) == (0, 0)
    assert (await visitor.get("/internal/session?audience=member-space")).status_code == 200


async def test_a_passkey_opens_a_session(world, member, clock):
    visitor = await member.half_in()
    answer = await verify_with(visitor, member.authenticator)
    assert (answer.status_code, answer.headers["location"]) == (303, "/espace/")
    (passkey,) = await world.rows(Passkey)
    assert (passkey.sign_count, passkey.last_used_at) == (1, (await world.rows(MemberSession))[0].created_at)
    assert "recovery-code-used" not in await kinds(world)


async def test_a_recovery_code_opens_a_session_once_and_is_told(world, member, plain):
    visitor = await member.half_in()
    typed = member.codes[3].lower().replace("-", " ")
    answer = await verify(visitor, code=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/espace/")
    assert "Il vous en reste 9" in plain(await visitor.get(OVERVIEW))
    assert [event["change"] for event in await world.events("security-changed")][-2:] == [
        "recovery-code-used",
        "new-device",
    ]
    assert (await kinds(world))[-3:] == ["recovery-code-used", "signed-in", "new-device"]
    again = await verify(await member.half_in(), code=member.codes[3])
    assert (again.status_code, "Ce code de secours n’est pas le bon, ou a déjà servi" in plain(again)) == (422, True)
    assert len(await world.rows(MemberSession)) == 1


async def test_the_session_is_new_and_the_browser_s_earlier_one_ends(world, member):
    visitor = await member.half_in()
    await verify_with(visitor, member.authenticator)
    (first,) = await world.rows(MemberSession)
    again = world.visitor()
    await again.sign_in()
    again.http.cookies.set("__Host-session", visitor.cookie("__Host-session"), domain="testserver.local", path="/")
    await verify_with(again, member.authenticator)
    (second,) = await world.rows(MemberSession)
    assert second.digest == token_digest(again.cookie("__Host-session")) != first.digest


@pytest.mark.parametrize("kind", ["application", "recovery code", "passkey"])
async def test_what_was_used_is_good_no_more(world, member, plain, kind):
    """Twenty browsers with one and the same right answer: one is let in."""
    visitors = [await member.half_in() for _ in range(MANY)]
    if kind == "passkey":
        # one signature, sent from one browser twenty times at once
        page = await visitors[0].get(VERIFICATION)
        fields = fields_on(page) | {"passkey": member.authenticator.sign(options_on(page))}
        sent = [visitors[0].http.post(VERIFICATION, data=fields) for _ in range(MANY)]
    else:
        given = code(member.secret, 1) if kind == "application" else member.codes[0]
        forms = [fields_on(await one.get(VERIFICATION)) | {"code": given} for one in visitors]
        sent = [one.http.post(VERIFICATION, data=form) for one, form in zip(visitors, forms, strict=True)]
    answers = await asyncio.gather(*sent)
    won = [one for one in answers if one.status_code == 303 and one.headers["location"] == "/espace/"]
    assert len(won) == 1
    assert len(await world.rows(MemberSession)) == 1
    late = await member.half_in()
    if kind == "passkey":
        late = await late.http.post(
            VERIFICATION, data=fields_on(await late.get(VERIFICATION)) | {"passkey": fields["passkey"]}
        )
    else:
        await world.sql("delete from sign_in_attempts")
        late = await verify(late, code=given)
    assert late.status_code == 422
    assert len(await world.rows(MemberSession)) == 1


async def test_the_code_that_enrolled_the_application_signs_nobody_in(member, plain):
    for steps in (-1, 0):
        answer = await verify(await member.half_in(), code=code(member.secret, steps))
        assert (answer.status_code, WRONG_CODE in plain(answer)) == (422, True)


async def test_five_wrong_answers_end_the_sign_in(world, member, plain):
    visitor = await member.half_in("/espace/x")
    for left in range(5, 0, -1):
        assert (await world.rows(SecondStep))[0].wrong == 5 - left
        answer = await verify_with(visitor, member.authenticator, origin="https://ailleurs.fr")
        if left > 1:
            assert (answer.status_code, "clé d’accès n’a pas abouti" in plain(answer)) == (422, True)
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=/espace/&reprise=1")
    assert "Connectez-vous à nouveau" in plain(await visitor.get(answer.headers["location"]))
    answer = await visitor.get(VERIFICATION)
    assert answer.headers["location"].startswith("/connexion?")
    assert await world.rows(MemberSession) == []
    assert (await kinds(world)).count("second-factor-failed") == 5


async def test_twenty_wrong_codes_at_once_are_no_more_than_five(world, member, monkeypatch):
    visitor = await member.half_in()
    page = await visitor.get(VERIFICATION)
    looked_at = []
    really = world.parts.totp.unlock

    def unlock(locked):
        looked_at.append(locked)
        return really(locked)

    monkeypatch.setattr(world.parts.totp, "unlock", unlock)
    fields = fields_on(page) | {"code": code(member.secret, 20)}
    await asyncio.gather(*(visitor.http.post(VERIFICATION, data=fields) for _ in range(MANY)))
    assert len(looked_at) == 5


async def test_codes_are_not_guessed_by_beginning_again(world, member, plain, clock):
    """The limits of passwords, per account: 5, then 1 min doubling; the password forgets none of it."""
    for attempt in range(5):
        visitor = await member.half_in()
        answer = await verify(visitor, code=code(member.secret, 20 + attempt))
        assert answer.status_code == 422
    assert await counted(world) == (5, 5)
    visitor = await member.half_in()
    for right in (code(member.secret, 1), member.codes[0]):
        blocked = await verify(visitor, code=right)
        assert (blocked.status_code, "Réessayez dans 1 minute" in plain(blocked)) == (429, True)
        assert 0 < int(blocked.headers["retry-after"]) <= 60
    assert await counted(world) == (5, 5)
    # a passkey can't be guessed: its owner is not shut out meanwhile
    assert (await verify_with(await member.half_in(), member.authenticator)).status_code == 303
    clock.shift(timedelta(minutes=1))
    visitor = await member.half_in()
    assert (await verify(visitor, code=code(member.secret, 20))).status_code == 422
    assert "Réessayez dans 2 minutes" in plain(await verify(visitor, code=code(member.secret, 1)))
    clock.shift(timedelta(minutes=2))
    assert (await verify(await member.half_in(), code=code(member.secret, 0))).status_code == 303
    assert await counted(world) == (0, 0)


async def test_a_hundred_wrong_codes_leave_the_letter_only(world, member, plain):
    await verify(await member.half_in(), code=code(member.secret, 20))
    await world.sql("update sign_in_attempts set in_a_row = 100, failed_at = '{}' where in_a_row > 0")
    answer = await verify(await member.half_in(), code=code(member.secret, 1))
    assert (answer.status_code, "ou demandez un courrier de secours" in plain(answer)) == (429, True)
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        await access.erase(work, account.id)
    # the owner's letter has opened the account anew: the password is enough again
    assert (await world.visitor().sign_in()).headers["location"] == "/espace/"
    assert await world.rows(RecoveryCode) == []


async def test_a_slip_of_the_finger_costs_nothing(world, member, plain):
    visitor = await member.half_in()
    for typed, says in (
        ("", "Saisissez un code"),
        ("12345", "Saisissez les 6 chiffres de votre application"),
        (member.codes[0][:-1] + ("0" if member.codes[0][-1] != "0" else "1"), "un code de secours en entier"),
        ("é" * 300, "200 caractères ou moins"),
    ):
        answer = await verify(visitor, code=typed)
        assert (answer.status_code, says in plain(answer)) == (422, True), typed
        assert 'aria-invalid="true"' in answer.text
    (step,) = await world.rows(SecondStep)
    assert step.wrong == 0


@pytest.mark.parametrize(
    "sent", ["{}", "null", "[" * 9000, '{"id": 1}', '"', "\ud800".encode("utf-8", "replace").decode()]
)
async def test_nonsense_of_a_script_is_told(member, plain, sent):
    visitor = await member.half_in()
    answer = await verify(visitor, passkey=sent)
    assert (answer.status_code, "n’a pas abouti" in plain(answer)) == (422, True)


async def test_a_signature_belongs_to_one_browser(world, member):
    """Neither replayed in another sign-in, nor when the page was shown again, nor on a copy of the key that fell behind."""
    here, there = await member.half_in(), await member.half_in()
    page, other = await here.get(VERIFICATION), await there.get(VERIFICATION)
    answer = member.authenticator.sign(options_on(page))
    stolen = await there.http.post(VERIFICATION, data=fields_on(other) | {"passkey": answer})
    assert stolen.status_code == 422
    await here.get(VERIFICATION)
    assert (await here.http.post(VERIFICATION, data=fields_on(page) | {"passkey": answer})).status_code == 422
    assert (await verify_with(here, member.authenticator, count=9)).status_code == 303
    copy = await member.half_in()
    assert (await verify_with(copy, member.authenticator, count=9)).status_code == 422
    assert (await verify_with(copy, member.authenticator, count=3)).status_code == 422
    assert len(await world.rows(MemberSession)) == 1


async def test_another_account_s_passkey_or_codes_open_nothing(world, member):
    await world.confirmed("paul@exemple.fr", number="372265")
    paul = world.visitor()
    await paul.sign_in("paul@exemple.fr")
    secret, codes = await add_application(paul)
    key = Authenticator()
    await add_passkey(paul, key)
    visitor = await member.half_in()
    page = await visitor.get(VERIFICATION)
    (name,) = key.keys
    forged = key.sign(options_on(page), credential=name)
    assert (await visitor.http.post(VERIFICATION, data=fields_on(page) | {"passkey": forged})).status_code == 422
    claimed = key.sign(
        options_on(await visitor.get(VERIFICATION)), credential=name, claims=next(iter(member.authenticator.keys))
    )
    assert (await visitor.http.post(VERIFICATION, data=fields_on(page) | {"passkey": claimed})).status_code == 422
    for other in (code(secret, 1), codes[0]):
        assert (await verify(visitor, code=other)).status_code == 422
    (session,) = await world.rows(MemberSession)
    assert session.digest == token_digest(paul.cookie("__Host-session"))


@pytest.mark.parametrize(
    "change",
    [
        "update account set password_hash = password_hash || 'x'",
        "update account set frozen_at = now()",
        "update account set closed_at = now()",
        "update second_step set expires_at = expires_at - interval '10 minutes'",
        "delete from second_step",
    ],
)
async def test_a_sign_in_that_waits_ends_with_what_it_began_with(world, member, change):
    visitor = await member.half_in()
    page = await visitor.get(VERIFICATION)
    (before,) = await world.rows(TotpFactor)
    await world.sql(change)
    answer = await visitor.http.post(VERIFICATION, data=fields_on(page) | {"code": code(member.secret, 1)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=/espace/&reprise=1")
    assert await world.rows(MemberSession) == []
    assert [one.last_step for one in await world.rows(TotpFactor)] == [before.last_step], "the code was used up"
    assert (await visitor.get(VERIFICATION)).headers["location"] == "/connexion?suite=/espace/&reprise=1"


async def test_the_page_without_a_sign_in_that_waits(world, visitor):
    for token in ("", "A" * 43, "x" * 5000, "é"):
        if token.isascii():
            visitor.http.cookies.set("__Host-verification", token, domain="testserver.local", path="/")
        answer = await visitor.get(f"{VERIFICATION}?suite=//ailleurs.fr")
        assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=/espace/&reprise=1")


async def test_an_old_page_is_told_and_a_right_answer_leads_nowhere_else(world, member, plain):
    visitor = await member.half_in()
    answer = await visitor.http.post(VERIFICATION, data={"code": code(member.secret, 1)})
    assert (answer.status_code, "Votre page a expiré" in plain(answer)) == (422, True)
    page = await visitor.get(VERIFICATION)
    sent = fields_on(page) | {"code": code(member.secret, 1), "suite": "//ailleurs.fr"}
    assert (await visitor.http.post(VERIFICATION, data=sent)).headers["location"] == "/espace/"


async def test_nothing_differs_before_the_password_is_right(world, member):
    """Who guesses passwords does not learn which account has a second factor."""
    await world.confirmed("paul@exemple.fr", number="372265")
    answers = [
        await world.visitor().sign_in(email, "quatre tortues rouges nagent")
        for email in ("jeanne@exemple.fr", "paul@exemple.fr", "personne@exemple.fr")
    ]
    bodies = {
        re.sub(r'(name="(?:form_token|submission_id)" value=)"[^"]*"|[a-z]+@exemple', r"\1", one.text)
        for one in answers
    }
    assert len(bodies) == 1
    assert len({tuple(one.headers.keys()) for one in answers}) == 1


async def test_the_secret_is_locked_anew_under_the_newest_key(world, member):
    from shared.security.key_ring import KeyRing
    from shared.security.locking import Locker

    ring = world.settings.member_totp_keys
    (old,) = await world.rows(TotpFactor)
    newer = Locker(KeyRing({"m2": b"n" * 32, **dict(ring)}), "member-totp")
    object.__setattr__(world.parts, "totp", newer)
    assert (await verify(await member.half_in(), code=code(member.secret, 1))).status_code == 303
    (new,) = await world.rows(TotpFactor)
    assert (old.secret.partition(":")[0], new.secret.partition(":")[0]) == ("m1", "m2")
    # a ring that has lost the key: told as a wrong code; the passkey still opens
    object.__setattr__(world.parts, "totp", Locker(KeyRing({"m9": b"l" * 32}), "member-totp"))
    assert (await verify(await member.half_in(), code=code(member.secret, 1))).status_code == 422
    assert (await verify_with(await member.half_in(), member.authenticator)).status_code == 303


async def test_a_forgotten_password_goes_around_no_second_factor(world, member):
    await reset(world)
    visitor = world.visitor()
    assert (await visitor.sign_in(password=NEW_PASSWORD)).headers["location"].startswith(VERIFICATION)
    assert visitor.cookie("__Host-session") is None
    assert (await verify(visitor, code=code(member.secret, 1))).headers["location"] == "/espace/"


async def test_neither_code_nor_passkey_is_shown_again(member):
    visitor = await member.half_in()
    wrong = code(member.secret, 20)
    answer = await verify(visitor, code=wrong)
    assert wrong not in answer.text
    assert APPLICATION not in answer.text
