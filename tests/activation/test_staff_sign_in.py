"""Signing in to the desk: three things right at once, one answer for all that is wrong, a code good once."""

import asyncio
import re
from dataclasses import replace

import pytest
from sqlalchemy import text
from support.staff import NOBODY, Someone, at_work, code, hire
from support.statements import asked

from activation.models import MemberSession, SignInAttempts, StaffAccount, StaffJournal, StaffSession
from shared.security.tokens import token_digest

NO_MATCH = "L’identifiant, le mot de passe ou le code ne correspond pas"
MANY = 20

pytestmark = pytest.mark.usefixtures("clock")


def without_tokens(page: str) -> str:
    return re.sub(r'(name="(?:form_token|submission_id)" value=)"[^"]*"', r"\1", page)


async def journal(world) -> list[tuple[str, str | None]]:
    lines = sorted(await world.rows(StaffJournal), key=lambda line: line.id)
    return [(line.kind, line.reason) for line in lines]


async def test_signing_in_opens_a_session_of_the_desk_alone(world):
    zoe = await at_work(world)
    await zoe.visitor.http.post("/gestion/deconnexion")
    answer = await zoe.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/")
    cookie = answer.headers["set-cookie"]
    assert re.match(r"__Host-gestion=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure$", cookie)
    (session,) = await world.rows(StaffSession)
    assert session.digest == token_digest(zoe.visitor.cookie("__Host-gestion"))
    assert await world.rows(MemberSession) == []
    member = await zoe.visitor.get("/internal/session?audience=member-space")
    assert member.headers["location"].startswith("/connexion")


@pytest.mark.parametrize("wrong", ["login", "password", "code", "disabled", "everything", "used"])
async def test_one_answer_for_whatever_is_wrong(world, wrong):
    zoe = await at_work(world)
    if wrong == "disabled":
        await world.sql("update staff_account set disabled_at = now()")
    changed = {
        "login": {"login": NOBODY.login},
        "password": {"password": "un mot de passe faux"},
        "code": {"code": code(zoe.means.secret, 20)},
        "disabled": {},
        "everything": {"login": NOBODY.login, "password": "faux de bout en bout", "code": "000000"},
        "used": {"code": code(zoe.means.secret, -1)},
    }[wrong]
    visitor = zoe.elsewhere()
    answer = await visitor.sign_in(**changed)
    assert answer.status_code == 422
    assert NO_MATCH in answer.text
    assert visitor.visitor.cookie("__Host-gestion") is None

    # the same page to the last byte, the login aside, as for somebody who was never there
    stranger = Someone(world, world.visitor(), NOBODY)
    other = await stranger.sign_in()
    shown = changed.get("login", zoe.means.login)
    assert without_tokens(answer.text).replace(shown, "…") == without_tokens(other.text).replace(NOBODY.login, "…")
    for secret in (zoe.means.password, changed.get("password", "-"), changed.get("code", "-")):
        assert secret == "-" or secret not in answer.text


async def test_the_journal_says_why_and_never_with_what(world):
    zoe = await at_work(world)
    other = zoe.elsewhere()
    await other.sign_in(login=NOBODY.login)
    await other.sign_in(password="un mot de passe faux")
    await other.sign_in(code=code(zoe.means.secret, 20))
    await other.sign_in(-1)
    await world.sql("update staff_account set disabled_at = now()")
    await other.sign_in()
    assert await journal(world) == [
        ("created", None), ("signed-in", None), ("password-chosen", None), ("refused", "unknown-login"),
        ("refused", "password"), ("refused", "code"), ("refused", "code-used"), ("refused", "disabled"),
    ]  # fmt: skip
    async with world.database.unit_of_work() as work:
        rows = await work.session.execute(text("select row_to_json(staff_journal)::text from staff_journal"))
        told = "".join(rows.scalars())
    for secret in ("zoe.lefevre", "personne@", zoe.means.secret, "pélicans", "faux"):
        assert secret not in told
    for change in ("update staff_journal set kind = 'x'", "delete from staff_journal"):
        with pytest.raises(Exception, match="append-only"):
            await world.sql(change)


async def test_known_and_unknown_logins_cost_the_same_work(world, monkeypatch):
    """One hash, one code compared, and the same questions to the database in the same order."""
    from activation.staff import sign_in as steps

    zoe = await at_work(world)
    work: list[str] = []
    really_hash, really_compare = world.parts.staff.passwords.verify, steps.step_of

    async def hash_(stored, secret):
        work.append("hash")
        return await really_hash(stored, secret)

    def compare(secret, digits, at):
        work.append(f"code of {len(secret)}")
        return really_compare(secret, digits, at)

    async def done(person, **changed) -> list[str]:
        form = await person.visitor.form_of("/gestion/connexion")
        typed = {"login": person.means.login, "password": "un mot de passe faux", "code": "000000"}
        work.clear()
        with asked() as statements:
            await person.visitor.http.post("/gestion/connexion", data=form | typed | changed)
        return [*work, *(statement for statement, _ in statements)]

    monkeypatch.setattr(world.parts.staff.passwords, "verify", hash_)
    monkeypatch.setattr(steps, "step_of", compare)
    unknown = await done(Someone(world, world.visitor(), NOBODY))
    assert unknown.count("hash") == unknown.count("code of 32") == 1
    assert await done(zoe.elsewhere()) == unknown
    assert await done(zoe.elsewhere(), password=zoe.means.password) == unknown
    assert await done(zoe.elsewhere(), code=code(zoe.means.secret)) == unknown
    await world.sql("update staff_account set disabled_at = now()")
    assert await done(zoe.elsewhere(), password=zoe.means.password, code=code(zoe.means.secret)) == unknown


async def test_what_is_typed_into_the_wrong_field_is_not_told_to_the_database(world):
    zoe = await at_work(world)
    with asked() as statements:
        for secret in (zoe.means.password, zoe.means.secret):
            assert (await zoe.elsewhere().sign_in(login=secret)).status_code == 422
        assert (await zoe.elsewhere().sign_in()).status_code == 303
    told = [str(parameters) for _, parameters in statements]
    assert any(zoe.means.login in parameters for parameters in told)
    for secret in (zoe.means.password, zoe.means.secret, code(zoe.means.secret)):
        assert not [parameters for parameters in told if secret in parameters]


async def test_the_secret_of_codes_is_nowhere_in_the_database(world):
    zoe = await hire(world)
    (account,) = await world.rows(StaffAccount)
    assert account.totp_secret.startswith("s1:")
    assert zoe.means.secret not in f"{account!r}{account.password_hash}"
    assert zoe.means.password not in f"{account!r}"


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
async def test_codes_of_the_step_before_and_after_are_taken_too(world, steps, status):
    assert (await (await hire(world)).sign_in(steps)).status_code == status


async def test_a_code_opens_once_and_no_older_one_after_it(world):
    zoe = await hire(world)
    assert (await zoe.sign_in(1)).status_code == 303
    for steps in (1, 0, -1):
        assert (await zoe.elsewhere().sign_in(steps)).status_code == 422
    assert [reason for _, reason in await journal(world)][-3:] == ["code-used"] * 3


async def test_twenty_uses_of_one_code_at_once_open_one_session(world):
    zoe = await hire(world)
    people = [zoe.elsewhere() for _ in range(MANY)]
    # bound to one step, whatever the clock does meanwhile; and nobody is held up by the count of failures
    typed = {"login": zoe.means.login, "password": zoe.means.password, "code": code(zoe.means.secret)}
    forms = [await one.visitor.form_of("/gestion/connexion") | typed for one in people]
    answers = await asyncio.gather(
        *(one.visitor.http.post("/gestion/connexion", data=form) for one, form in zip(people, forms, strict=True))
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 422, 429}
    assert len(await world.rows(StaffSession)) == 1
    kinds = [line for line in await journal(world) if line[0] == "signed-in"]
    assert len(kinds) == 1


async def test_twenty_that_pass_the_count_take_one_step_once(world):
    """The same past the throttle, which would hide a race: the step itself is what only one of them gets."""
    from activation.staff.sign_in import _take

    await hire(world)
    (account,) = await world.rows(StaffAccount)
    same = {"password_hash": account.password_hash, "totp_secret": account.totp_secret}

    async def take():
        async with world.parts.database.unit_of_work() as work:
            return await _take(work, account, 7, same)

    outcomes = await asyncio.gather(*(take() for _ in range(MANY)))
    assert sorted(str(outcome) for outcome in outcomes) == ["None"] + ["code-used"] * (MANY - 1)


async def test_five_failures_then_a_wait_for_known_and_unknown_alike(world, plain):
    zoe = await at_work(world)
    for person in (zoe.elsewhere(), Someone(world, world.visitor(), NOBODY)):
        for _ in range(5):
            assert (await person.sign_in(password="toujours faux")).status_code == 422
        answer = await person.sign_in()
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
        assert "Trop d’essais. Réessayez dans 1 minute" in plain(answer)
    assert [line for line in await journal(world) if line[1] == "blocked"] == [("refused", "blocked")] * 2
    # a member with the same address is not kept out by it
    subjects = {row.address_fingerprint for row in await world.rows(SignInAttempts)}
    await world.visitor().sign_in(email=zoe.means.login)
    assert len(subjects | {row.address_fingerprint for row in await world.rows(SignInAttempts)}) == len(subjects) + 1


async def test_after_a_hundred_failures_only_a_reset_helps(world, plain):
    zoe = await at_work(world)
    await zoe.elsewhere().sign_in(password="faux")
    await world.sql("update sign_in_attempts set in_a_row = 100, failed_at = '{}'")
    answer = await zoe.elsewhere().sign_in()
    assert answer.status_code == 429
    assert "Demandez à la personne qui gère les comptes" in plain(answer)


async def test_one_network_address_is_slowed_like_a_members(make_world):
    world = make_world(tries_per_minute_per_address=2)
    stranger = Someone(world, world.visitor(), NOBODY)
    assert [(await stranger.sign_in()).status_code for _ in range(3)] == [422, 422, 429]


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "１２３４５６", "-12345"])
async def test_what_can_be_no_code_is_told_next_to_it_and_costs_no_attempt(world, plain, typed):
    zoe = await at_work(world)
    answer = await zoe.elsewhere().sign_in(code=typed)
    assert answer.status_code == 422
    assert "Erreur : Le code comporte 6 chiffres" in plain(answer)
    assert [len(row.failed_at) for row in await world.rows(SignInAttempts)] == [0]


async def test_a_code_may_be_typed_as_applications_show_it(world):
    zoe = await hire(world)
    digits = code(zoe.means.secret)
    assert (await zoe.sign_in(code=f" {digits[:3]} {digits[3:]} ")).status_code == 303


async def test_everything_is_asked_for(world, plain):
    page = plain(await world.visitor().fill("/gestion/connexion"))
    for message in ("Saisissez votre identifiant", "Saisissez votre mot de passe", "Saisissez le code à 6 chiffres"):
        assert message in page


@pytest.mark.parametrize(
    ("suite", "leads_to"),
    [
        ("/gestion/questions%3Fetat%3Douvert", "/gestion/questions?etat=ouvert"),
        ("/espace/", "/gestion/"),
        ("//ailleurs.fr/gestion/", "/gestion/"),
        ("https://ailleurs.fr/gestion/", "/gestion/"),
        ("/gestion/%5C..%5C", "/gestion/"),
        ("/gestion/connexion", "/gestion/"),
        ("/gestion/deconnexion%3Fx", "/gestion/"),
    ],
)
async def test_one_comes_back_to_the_page_that_was_wanted_and_never_elsewhere(world, suite, leads_to):
    zoe = await at_work(world)
    other = zoe.elsewhere()
    assert (await other.sign_in(suite=suite)).headers["location"] == leads_to
    assert (await other.visitor.get(f"/gestion/connexion?suite={suite}")).headers["location"] == leads_to


async def test_signing_out_ends_the_session_and_leaves_the_member_alone(world, plain):
    await world.confirmed()
    zoe = await at_work(world)
    await zoe.visitor.sign_in()
    stolen = zoe.visitor.cookie("__Host-gestion")
    answer = await zoe.visitor.http.post("/gestion/deconnexion")
    assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/connexion?deconnexion=1")
    assert zoe.visitor.cookie("__Host-gestion") is None
    assert zoe.visitor.cookie("__Host-session") is not None
    assert await world.rows(StaffSession) == []
    assert (await zoe.check(cookie=f"__Host-gestion={stolen}")).status_code == 303
    assert "Vous êtes déconnecté." in plain(await zoe.visitor.get("/gestion/connexion?deconnexion=1"))
    assert (await journal(world))[-1] == ("signed-out", None)
    assert (await zoe.visitor.get("/gestion/deconnexion")).status_code == 405


async def test_a_members_signing_out_leaves_the_desk_open(world):
    await world.confirmed()
    zoe = await at_work(world)
    await zoe.visitor.sign_in()
    await zoe.visitor.http.post("/deconnexion")
    assert (await zoe.check()).status_code == 200


async def test_keys_may_be_renewed(make_world, world):
    """Passwords and secrets of an earlier key open, and are kept under the newest from then on."""
    from activation.staff.kept_secrets import staff_secrets
    from shared.security.key_ring import KeyRing, encode_key

    zoe = await at_work(world)
    settings = world.settings
    rings = {
        name: KeyRing({"n2": b"n" * 32, **dict(getattr(settings, name))})
        for name in ("password_peppers", "staff_totp_keys")
    }
    assert encode_key(b"n" * 32) not in repr(rings)
    newer = staff_secrets(settings.model_copy(update=rings))
    world.app.state.parts = replace(world.parts, staff=newer)
    assert (await zoe.elsewhere().sign_in()).status_code == 303
    account = await zoe.account()
    assert (account.totp_secret[:3], account.password_hash[:3]) == ("n2:", "n2$")
    assert (await zoe.elsewhere().sign_in(1)).status_code == 303


async def test_a_secret_whose_key_is_lost_opens_nothing(world):
    from activation.staff.kept_secrets import StaffSecrets
    from shared.security.key_ring import KeyRing
    from shared.security.locking import Locker

    zoe = await at_work(world)
    lost = StaffSecrets(world.parts.staff.passwords, Locker(KeyRing({"s9": b"s" * 32}), "staff-totp"), False)
    world.app.state.parts = replace(world.parts, staff=lost)
    assert (await zoe.elsewhere().sign_in()).status_code == 422
    assert (await journal(world))[-1] == ("refused", "secret-unreadable")


async def test_production_takes_no_code_of_a_demonstration(world):
    from activation.staff import accounts
    from activation.staff.accounts import HandedOut
    from shared.security.signed_in import Role

    means = HandedOut("demo@mutuelle.exemple", "une démonstration", "DEMO" + "A" * 28)
    async with world.database.unit_of_work() as work:
        await accounts.add(work, world.parts.staff, means.login, "Démo", Role.CONSEILLER, done_by="tests", given=means)
    someone = Someone(world, world.visitor(), means)
    strict = replace(world.parts.staff, refuse_demonstrations=True)
    world.app.state.parts = replace(world.parts, staff=strict)
    assert (await someone.sign_in()).status_code == 422
    world.app.state.parts = world.parts
    assert (await someone.sign_in()).status_code == 303
