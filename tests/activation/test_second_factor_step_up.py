"""« Confirmez que c’est bien vous » with a second factor: the password first, then a code or a passkey."""

from datetime import UTC, datetime, timedelta

import pytest
from support.authenticator import Authenticator
from support.second_factor import OVERVIEW, add_application, add_passkey, code, fields_on, options_on

from activation.models import Account, MemberSession, RecoveryCode, SecurityEvent, SignInAttempts, TotpFactor
from shared.security.assertions import HEADER, verify

PAGE, CHECK = "/connexion/confirmer", "/internal/session?audience=member-space"
GOOD, WRONG = "trois lapins verts dansent", "quatre tortues rouges nagent"
WANTED = "/espace/delegations/nouvelle/1"

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
async def member(world, visitor, clock):
    """Signed in ten minutes ago, with an application."""
    await world.confirmed()
    await visitor.sign_in()
    visitor.secret, visitor.codes = await add_application(visitor)
    clock.shift(timedelta(minutes=10))
    return visitor


async def prove(member, page=None, **fields):
    page = page or await member.get(f"{PAGE}?suite={WANTED}")
    return await member.http.post(PAGE, data=fields_on(page) | {"password": GOOD} | fields)


async def minutes_since_proof(member) -> int:
    answer = await member.get(CHECK)
    said = verify(answer.headers[HEADER], (await member.get("/internal/keys")).json(), "member-space").who
    return (datetime.now(UTC) - said.authenticated_at) // timedelta(minutes=1)


async def test_password_and_code_in_one_form(world, member, plain):
    page = await member.get(f"{PAGE}?suite={WANTED}")
    assert "Code de votre application, ou code de secours" in plain(page)
    assert await minutes_since_proof(member) == 10
    answer = await prove(member, page, code=code(member.secret))
    assert (answer.status_code, answer.headers["location"]) == (303, WANTED)
    assert await minutes_since_proof(member) == 0
    again = await prove(member, code=code(member.secret))
    assert (again.status_code, "Ce code n’est pas le bon, ou a déjà servi" in plain(again)) == (422, True)


async def test_password_and_passkey(world, member, clock):
    await prove(member, code=code(member.secret))
    key = Authenticator()
    await add_passkey(member, key)
    clock.shift(timedelta(minutes=10))
    page = await member.get(f"{PAGE}?suite={WANTED}")
    signed = key.sign(options_on(page))
    assert (
        await prove(member, page, passkey=key.sign(options_on(page), origin="https://ailleurs.fr"))
    ).status_code == 422
    # the wrong answer took the challenge with it
    assert (await prove(member, page, passkey=signed)).status_code == 422
    assert await minutes_since_proof(member) == 10
    page = await member.get(f"{PAGE}?suite={WANTED}")
    answer = await prove(member, page, passkey=key.sign(options_on(page)))
    assert (answer.status_code, answer.headers["location"]) == (303, WANTED)
    assert await minutes_since_proof(member) == 0
    assert (await prove(member, page, passkey=key.sign(options_on(page)))).status_code == 422


async def test_a_recovery_code_serves_and_is_used_up(world, member):
    answer = await prove(member, code=member.codes[0])
    assert answer.status_code == 303
    assert [row.place for row in await world.rows(RecoveryCode) if row.used_at] == [0]
    assert [event["change"] for event in await world.events("security-changed")][-1] == "recovery-code-used"
    assert (await prove(member, code=member.codes[0])).status_code == 422


async def test_a_wrong_password_uses_no_code_up(world, member, plain):
    answer = await prove(member, password=WRONG, code=code(member.secret))
    assert (answer.status_code, "Ce mot de passe n’est pas le vôtre" in plain(answer)) == (422, True)
    for one in (WRONG, code(member.secret)):
        assert one not in answer.text
    assert (await prove(member, code=code(member.secret))).status_code == 303


async def test_one_of_both_is_not_enough(world, member, plain):
    answer = await prove(member)
    assert (answer.status_code, "Saisissez un code" in plain(answer)) == (422, True)
    answer = await prove(member, password="", code=code(member.secret))
    assert (answer.status_code, "Saisissez votre mot de passe" in plain(answer)) == (422, True)
    assert await minutes_since_proof(member) == 10
    assert await world.rows(SignInAttempts) == [] or all(not one.in_a_row for one in await world.rows(SignInAttempts))


async def test_wrong_codes_are_stopped_at_the_figures_and_not_by_the_password(world, member, plain):
    for attempt in range(5):
        answer = await prove(member, code=code(member.secret, 20 + attempt))
        assert (answer.status_code, "Ce code n’est pas le bon" in plain(answer)) == (422, True)
    blocked = await prove(member, code=code(member.secret))
    assert (blocked.status_code, "Réessayez dans 1 minute" in plain(blocked)) == (429, True)
    # the password alone counts as it did: it was right each time
    password = [one for one in await world.rows(SignInAttempts) if not one.address_fingerprint.startswith("second")]
    assert {one.in_a_row for one in password} == {0}
    assert [e.kind for e in await world.rows(SecurityEvent)].count("second-factor-failed") == 5
    await world.sql("update sign_in_attempts set in_a_row = 100 where in_a_row > 0")
    assert "demandez un courrier de secours" in plain(await prove(member, code=code(member.secret)))
    assert await minutes_since_proof(member) == 10


async def test_without_a_factor_a_code_is_not_looked_at(world, visitor, clock):
    await world.confirmed()
    await visitor.sign_in()
    clock.shift(timedelta(minutes=10))
    page = await visitor.get(f"{PAGE}?suite={WANTED}")
    assert 'name="code"' not in page.text
    assert (await prove(visitor, page)).status_code == 303
    assert len(await world.rows(MemberSession)) == 1


async def test_a_new_password_is_no_proof_where_a_factor_is_asked(world, member):
    """Else whoever finds the browser open and knows the password would be past the factor by changing it."""
    new = {"password": WRONG, "password_confirmation": WRONG}
    answer = await member.fill("/compte/securite/mot-de-passe", current=GOOD, **new)
    assert answer.headers["location"] == "/compte/securite?fait=mot-de-passe"
    assert await minutes_since_proof(member) == 10
    for page in (f"{OVERVIEW}/application/retirer", "/compte/securite/adresse", "/compte/securite/question"):
        assert (await member.get(page)).headers["location"] == f"{PAGE}?suite={page}"


async def test_a_new_password_is_proof_enough_where_none_is(make_world, clock):
    for world in (make_world(), make_world(second_factor="off")):
        await world.confirmed()
        member = world.visitor()
        await member.sign_in()
        if world.settings.second_factor == "off":
            async with world.database.unit_of_work() as work:
                (account,) = await world.rows(Account)
                work.session.add(TotpFactor(account_id=account.id, created_at=work.now, secret="x", last_step=0))
        clock.shift(timedelta(minutes=10))
        new = {"password": WRONG, "password_confirmation": WRONG}
        await member.fill("/compte/securite/mot-de-passe", current=GOOD, **new)
        assert await minutes_since_proof(member) == 0
