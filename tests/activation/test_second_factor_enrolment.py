"""Adding, seeing and removing factors: what is kept, what is told, and who may."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from support.authenticator import Authenticator
from support.forgetting import forget
from support.second_factor import (
    APPLICATION,
    OVERVIEW,
    PASSKEY,
    add_application,
    add_passkey,
    code,
    codes_on,
    fields_on,
    options_on,
    secret_on,
    verify,
)

from activation import access
from activation.models import (
    Account,
    MemberSession,
    Passkey,
    RecoveryCode,
    SecondStep,
    SecurityEvent,
    TotpEnrolment,
    TotpFactor,
)
from activation.retention import rules
from activation.second_factor import application
from activation.security_settings import owner
from activation.session_rules import MOST
from shared.security.tokens import token_digest

pytestmark = pytest.mark.usefixtures("clock")
CODES = f"{OVERVIEW}/codes"


@pytest.fixture
async def member(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    return visitor


async def kinds(world) -> list[str]:
    lines = sorted(await world.rows(SecurityEvent), key=lambda line: line.id)
    return [line.kind for line in lines if line.kind not in {"activated", "confirmed", "signed-in"}]


async def told(world) -> list[str]:
    return [event["change"] for event in await world.events("security-changed")]


async def test_an_application_is_told_a_secret_and_shows_a_code(world, member, plain):
    page = await member.get(APPLICATION)
    secret = secret_on(page)
    assert len(secret) == 32
    assert re.search(r"<svg [^>]*viewBox", page.text)
    assert "style=" not in page.text
    # the same secret while it is not used, so that a page loaded again does not make the telephone's code wrong
    assert secret_on(await member.get(APPLICATION)) == secret
    (offered,) = await world.rows(TotpEnrolment)
    assert secret not in offered.secret
    assert world.parts.totp.unlock(offered.secret) == secret

    wrong = await member.http.post(APPLICATION, data=fields_on(page) | {"code": code(secret, 20)})
    assert (wrong.status_code, secret_on(wrong)) == (422, secret)
    assert "Ce code n’est pas celui que votre application montre" in plain(wrong)
    assert await world.rows(TotpFactor) == []

    fields = fields_on(page) | {"code": f"{code(secret)[:3]} {code(secret)[3:]}"}
    answer = await member.http.post(APPLICATION, data=fields)
    codes = codes_on(answer)
    assert (answer.status_code, len(codes), len(set(codes))) == (200, 10, 10)
    assert answer.headers["cache-control"] == "no-store"
    (factor,) = await world.rows(TotpFactor)
    assert factor.secret == offered.secret
    assert await world.rows(TotpEnrolment) == []
    assert await kinds(world) == ["second-factor-added", "recovery-codes-made"]
    assert await told(world) == ["second-factor-added"]

    # sent twice: done once, and the codes are shown no more
    again = await member.http.post(APPLICATION, data=fields)
    assert (again.status_code, again.headers["location"]) == (303, OVERVIEW)
    assert len(await world.rows(RecoveryCode)) == 10
    assert await told(world) == ["second-factor-added"]
    page = await member.get(OVERVIEW)
    assert "Il vous en reste 10" in plain(page)
    assert codes_on(page) == []


async def code_taken(world, secret: str, steps: int) -> bool:
    """Whether a sign-in with the right password is finished by a code of that secret."""
    visitor = world.visitor()
    await visitor.sign_in()
    return (await verify(visitor, code=code(secret, steps))).status_code == 303


async def test_after_another_proof_it_is_another_secret(world, member):
    """Whoever saw it in a session that they had stolen lost that session by the owner's proof, and the secret with it."""
    seen = secret_on(await member.get(APPLICATION))
    proved = await member.fill("/connexion/confirmer", password="trois lapins verts dansent")
    assert proved.status_code == 303
    assert await world.rows(TotpEnrolment) == []
    assert secret_on(await member.get(APPLICATION)) != seen


async def test_each_session_is_offered_a_secret_of_its_own(world, member):
    """Who has the password sees a secret and leaves it; it is not the one that the owner is shown later."""
    thief = world.visitor()
    await thief.sign_in()
    page = await thief.get(APPLICATION)
    seen = secret_on(page)
    offered = secret_on(await member.get(APPLICATION))
    assert offered != seen
    assert secret_on(await member.get(APPLICATION)) == offered
    assert secret_on(await thief.get(APPLICATION)) == seen
    sessions = {one.id for one in await world.rows(MemberSession)}
    assert {one.session_id for one in await world.rows(TotpEnrolment)} == sessions
    # nor does the code of one session's secret serve in the other
    wrong = await member.http.post(APPLICATION, data=fields_on(await member.get(APPLICATION)) | {"code": code(seen)})
    assert wrong.status_code == 422
    secret, _ = await add_application(member)
    assert secret == offered
    # an application is there: nothing that was offered before takes its place
    assert await world.rows(TotpEnrolment) == []
    late = await thief.http.post(APPLICATION, data=fields_on(page) | {"code": code(seen)})
    assert (late.status_code, late.headers["location"]) == (303, OVERVIEW)
    (factor,) = await world.rows(TotpFactor)
    assert world.parts.totp.unlock(factor.secret) == offered
    assert not await code_taken(world, seen, 0)
    assert await code_taken(world, offered, 1)


@pytest.mark.parametrize("end", ["signed out", "ended from elsewhere", "expired", "links ended", "frozen", "moved out"])
async def test_a_secret_is_offered_no_longer_than_its_session(world, member, clock, end):
    other = world.visitor()
    await other.sign_in()
    await other.get(APPLICATION)
    (offered,) = await world.rows(TotpEnrolment)
    (account,) = await world.rows(Account)
    if end == "signed out":
        await other.http.post("/deconnexion")
    elif end == "ended from elsewhere":
        await member.fill("/compte/securite/connexions", session=str(offered.session_id))
    elif end == "expired":
        await world.sql("update session set last_seen_at = last_seen_at - interval '16 minutes'")
        await forget(world.database, rules(world.settings))
    elif end == "moved out":  # by sessions that came after it
        clock.shift(timedelta(seconds=1))
        for _ in range(MOST):
            await world.visitor().sign_in()
    else:
        async with world.database.unit_of_work() as work:
            await owner.locked(work, account.id)
            await (access.end_links if end == "links ended" else access.end)(work, account.id)
    assert await world.rows(TotpEnrolment) == []


async def test_nothing_is_offered_where_the_session_has_ended(world, member):
    async with world.database.unit_of_work() as work:
        assert await application.offer(work, world.parts.totp, uuid4()) is None
    assert await world.rows(TotpEnrolment) == []


async def test_codes_are_kept_as_hashes(world, member):
    _, codes = await add_application(member)
    rows = await world.rows(RecoveryCode)
    assert sorted(row.place for row in rows) == list(range(10))
    for row in rows:
        assert row.code_hash.startswith("w1$argon2id$")
        assert not any(shown.replace("-", "") in row.code_hash or shown in row.code_hash for shown in codes)


async def test_a_telephone_is_replaced_when_the_new_one_shows_a_code(world, member, plain):
    old, codes = await add_application(member)
    assert len(codes) == 10
    page = await member.get(APPLICATION)
    assert "continue de fonctionner jusqu’à ce que vous validiez cette page" in plain(page)
    (kept,) = await world.rows(TotpFactor)
    assert world.parts.totp.unlock(kept.secret) == old
    new = secret_on(page)
    answer = await member.http.post(APPLICATION, data=fields_on(page) | {"code": code(new)})
    assert answer.headers["location"] == f"{OVERVIEW}?ajout=1"
    (kept,) = await world.rows(TotpFactor)
    assert world.parts.totp.unlock(kept.secret) == new != old
    assert await told(world) == ["second-factor-added"] * 2


async def test_a_passkey_is_made_named_and_listed(world, member, plain):
    phone, key = Authenticator(), Authenticator()
    codes = await add_passkey(member, phone, "Mon téléphone")
    assert len(codes) == 10
    assert await add_passkey(member, key, "Clé <bleue>") == []
    page = await member.get(OVERVIEW)
    assert "Mon téléphone" in plain(page)
    assert "Clé &lt;bleue&gt;" in page.text
    assert "Pas encore utilisée" in plain(page)
    assert {one.name for one in await world.rows(Passkey)} == {"Mon téléphone", "Clé <bleue>"}
    assert await told(world) == ["second-factor-added"] * 2
    asked = options_on(await member.get(PASSKEY))
    assert {one["id"] for one in asked["excludeCredentials"]} == set(phone.keys) | set(key.keys)


async def test_a_passkey_of_another_page_account_or_site_is_not_kept(world, member, plain):
    other = world.visitor()
    await world.confirmed("paul@exemple.fr", number="372265")
    await other.sign_in("paul@exemple.fr")
    authenticator = Authenticator()
    page, elsewhere = await member.get(PASSKEY), await other.get(PASSKEY)
    right = authenticator.make(options_on(page))
    # asked for in another's session
    answer = await other.http.post(PASSKEY, data=fields_on(elsewhere) | {"name": "x", "passkey": right})
    assert answer.status_code == 422
    assert "n’a pas pu être enregistrée" in plain(answer)
    # made on another site
    forged = authenticator.make(options_on(page), origin="https://ailleurs.fr")
    answer = await member.http.post(PASSKEY, data=fields_on(page) | {"name": "x", "passkey": forged})
    assert answer.status_code == 422
    # and a challenge is good once, even when the answer was wrong
    answer = await member.http.post(PASSKEY, data=fields_on(page) | {"name": "x", "passkey": right})
    assert answer.status_code == 422
    assert await world.rows(Passkey) == []
    # somebody else's credential is nobody's a second time
    page = await member.get(PASSKEY)
    made = authenticator.make(options_on(page), credential_id=b"one" * 8)
    assert (await member.http.post(PASSKEY, data=fields_on(page) | {"name": "x", "passkey": made})).status_code == 200
    page = await other.get(PASSKEY)
    made = authenticator.make(options_on(page), credential_id=b"one" * 8)
    answer = await other.http.post(PASSKEY, data=fields_on(page) | {"name": "x", "passkey": made})
    assert "déjà enregistrée" in plain(answer)
    assert len(await world.rows(Passkey)) == 1


async def test_bad_input_is_told_and_nothing_is_lost(world, member, plain):
    for path, fields, message in (
        (APPLICATION, {"code": ""}, "Saisissez le code à 6 chiffres"),
        (APPLICATION, {"code": "12"}, "Le code comporte 6 chiffres"),
        (PASSKEY, {"name": "", "passkey": "{}"}, "Donnez un nom"),
        (PASSKEY, {"name": "x" * 61, "passkey": "{}"}, "60 caractères ou moins"),
        (PASSKEY, {"name": "Clé de Zoé", "passkey": ""}, "Activez JavaScript"),
        (PASSKEY, {"name": "Clé de Zoé", "passkey": "{}"}, "n’a pas pu être enregistrée"),
        (PASSKEY, {"name": "Clé de Zoé", "passkey": "x" * 20_000}, "n’a pas pu être lue"),
        (PASSKEY, {"name": "Clé de Zoé", "passkey": "{\x00}"}, "un caractère qui ne s’affiche pas"),
    ):
        page = await member.get(path)
        answer = await member.http.post(path, data=fields_on(page) | fields)
        assert (answer.status_code, message in plain(answer)) == (422, True), message
        if fields.get("name") == "Clé de Zoé":
            assert 'value="Clé de Zoé"' in answer.text
    answer = await member.http.post(PASSKEY, data={"name": "Clé de Zoé"})
    assert (answer.status_code, "Votre page a expiré" in plain(answer)) == (422, True)
    assert await world.rows(Passkey) == await world.rows(TotpFactor) == []


async def test_ten_passkeys_are_enough(world, member, plain):
    for _ in range(10):
        await add_passkey(member, Authenticator())
    page = await member.get(PASSKEY)
    made = Authenticator().make(options_on(page))
    answer = await member.http.post(PASSKEY, data=fields_on(page) | {"name": "x", "passkey": made})
    assert (answer.status_code, "Vous avez déjà 10 clés d’accès" in plain(answer)) == (422, True)
    assert len(await world.rows(Passkey)) == 10


async def test_adding_and_removing_ask_for_a_recent_proof(world, member, clock):
    await add_passkey(member, Authenticator())
    (passkey,) = await world.rows(Passkey)
    paths = [APPLICATION, PASSKEY, CODES, f"{OVERVIEW}/cle/{passkey.id}/retirer"]
    forms = {path: fields_on(await member.get(path)) for path in paths}
    clock.shift(timedelta(minutes=6))
    for path in paths:
        answer = await member.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/connexion/confirmer?suite={path}")
        # nor is it done for who has never been shown the form
        sent = fields_on(await member.get(OVERVIEW)) | {"name": "x", "passkey": "{}", "code": "123456"}
        answer = await member.http.post(path, data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/connexion/confirmer?suite={path}")
    for _ in range(2):
        await member.get(OVERVIEW)
        clock.shift(timedelta(minutes=10))
    for path, fields in forms.items():
        answer = await member.http.post(path, data=fields | {"name": "x", "passkey": "{}", "code": "123456"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/connexion/confirmer?suite={path}")
    assert len(await world.rows(Passkey)) == 1
    for path in [OVERVIEW, *paths]:
        assert (await world.visitor().get(path)).headers["location"] == f"/connexion?suite={path}"


async def test_other_sessions_end_when_their_owner_wants_it(world, member):
    for _ in range(2):
        await world.visitor().sign_in()
    await add_passkey(member, Authenticator())
    assert len(await world.rows(MemberSession)) == 3
    await add_passkey(member, Authenticator(), others="oui")
    (left,) = await world.rows(MemberSession)
    assert left.digest == token_digest(member.cookie("__Host-session"))
    assert (await kinds(world)).count("sessions-ended") == 1


async def remove(member, path: str, **fields: str):
    page = await member.get(path)
    return await member.http.post(path, data=fields_on(page) | fields)


async def test_a_factor_is_removed_and_with_the_last_one_the_codes(world, member, plain):
    await add_application(member)
    await add_passkey(member, Authenticator(), "Clé bleue")
    (passkey,) = await world.rows(Passkey)
    path = f"{OVERVIEW}/cle/{passkey.id}/retirer"
    page = await member.get(path)
    assert "Retirer la clé d’accès « Clé bleue » ?" in plain(page)
    assert "Vos autres moyens continuent" in plain(page)
    answer = await remove(member, path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{OVERVIEW}?retrait=1")
    assert await world.rows(Passkey) == []
    assert len(await world.rows(RecoveryCode)) == 10
    assert "C’est votre seul moyen" in plain(await member.get(f"{APPLICATION}/retirer"))
    await remove(member, f"{APPLICATION}/retirer")
    assert await world.rows(TotpFactor) == await world.rows(RecoveryCode) == []
    assert (await kinds(world))[-2:] == ["second-factor-removed"] * 2
    assert (await told(world))[-2:] == ["second-factor-removed"] * 2
    # what is gone is gone
    for gone in (path, f"{APPLICATION}/retirer"):
        assert (await member.get(gone)).headers["location"] == OVERVIEW
    assert (await member.get(CODES)).headers["location"] == OVERVIEW


async def test_nobody_removes_another_s_passkey(world, member):
    await add_passkey(member, Authenticator())
    (passkey,) = await world.rows(Passkey)
    other = world.visitor()
    await world.confirmed("paul@exemple.fr", number="372265")
    await other.sign_in("paul@exemple.fr")
    await add_passkey(other, Authenticator())
    path = f"{OVERVIEW}/cle/{passkey.id}/retirer"
    assert (await other.get(path)).headers["location"] == OVERVIEW
    fields = fields_on(await other.get(PASSKEY))
    await other.http.post(path, data=fields)
    assert passkey.id in {one.id for one in await world.rows(Passkey)}


async def test_new_codes_take_the_place_of_the_old_ones(world, member, plain):
    _, old = await add_application(member)
    page = await member.get(CODES)
    assert "Les 10 qui vous restent ne fonctionneront plus" in plain(page)
    answer = await member.http.post(CODES, data=fields_on(page))
    new = codes_on(answer)
    assert len(new) == 10
    assert not set(new) & set(old)
    rows = {row.place: row for row in await world.rows(RecoveryCode)}
    for shown in new:
        assert await world.parts.recovery_codes.verify(rows[int(shown[0])].code_hash, shown.replace("-", ""))
    assert (await told(world))[-1] == "recovery-codes-made"


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (4, "Il vous en reste 4"),
        (3, "Il vous en reste 3"),
        (2, "Il ne vous reste que 2 codes de secours"),
        (1, "Il ne vous reste qu’un code de secours"),
        (0, "Il ne vous reste aucun code de secours"),
    ],
)
async def test_few_codes_are_worth_a_warning(world, member, plain, left, says):
    await add_application(member)
    await world.sql("update recovery_code set used_at = now() where place >= :left", left=left)
    page = plain(await member.get(OVERVIEW))
    assert says in page
    assert ("Créez-en de nouveaux dès maintenant" in page) == (left < 3)


async def test_what_is_half_done_is_forgotten(world, member):
    await add_application(member)
    await member.get(APPLICATION)
    await world.visitor().sign_in()
    assert await world.rows(SecondStep)
    await world.sql("update second_step set expires_at = expires_at - interval '25 hours'")
    await world.sql("update totp_enrolment set created_at = created_at - interval '61 minutes'")
    await forget(world.database, rules(world.settings))
    assert await world.rows(SecondStep) == await world.rows(TotpEnrolment) == []
    assert len(await world.rows(TotpFactor)) == 1


async def test_a_closed_account_keeps_nothing_of_it(world, member):
    from activation import closing

    await add_application(member)
    await add_passkey(member, Authenticator())
    await member.get(APPLICATION)
    await world.visitor().sign_in()
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        await closing.close(work, account.id, work.now, world.settings.fingerprint_keys)
    for table in (TotpFactor, TotpEnrolment, Passkey, RecoveryCode, SecondStep):
        assert await world.rows(table) == [], table


async def test_neither_secret_nor_code_is_in_journal_or_events(world, member):
    secret, codes = await add_application(member)
    events = str(await world.events("security-changed"))
    lines = str([line.model_dump() for line in await world.rows(SecurityEvent)])
    for word in (secret, *codes, *(one.replace("-", "") for one in codes)):
        assert word not in events + lines
