"""« Confirmez que c’est bien vous »: the password again in a session that goes on, under the limits of signing in."""

from datetime import UTC, datetime, timedelta

import pytest

from activation.models import MemberSession, SecurityEvent, SignInAttempts
from shared.security.assertions import HEADER, verify

PAGE, CHECK = "/connexion/confirmer", "/internal/session?audience=member-space"
GOOD, WRONG = "trois lapins verts dansent", "quatre tortues rouges nagent"
WANTED = "/espace/delegations/nouvelle/1"


@pytest.fixture
async def signed_in(world, visitor):
    """An hour ago, and still there."""
    await world.confirmed()
    await visitor.sign_in()
    await world.sql("update session set created_at = created_at - interval '1 hour'")


async def proved(visitor) -> datetime:
    """As the services behind the gateway are told."""
    answer = await visitor.get(CHECK)
    said = verify(answer.headers[HEADER], (await visitor.get("/internal/keys")).json(), "member-space").who
    return said.authenticated_at


def ago(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment


async def prove(visitor, password=GOOD, suite=WANTED):
    return await visitor.fill(PAGE, page=f"{PAGE}?suite={suite}", password=password)


async def test_signing_in_is_a_proof_and_ages(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    assert ago(await proved(visitor)) < timedelta(minutes=1)
    await world.sql("update session set created_at = created_at - interval '1 hour'")
    assert ago(await proved(visitor)) > timedelta(minutes=59)


async def test_the_right_password_leads_back_and_is_told(world, visitor, signed_in, plain):
    cookie = visitor.cookie("__Host-session")
    page = await visitor.get(f"{PAGE}?suite={WANTED}")
    assert "Confirmez que c’est bien vous" in plain(page)
    answer = await prove(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, WANTED)
    assert ago(await proved(visitor)) < timedelta(minutes=1)
    assert visitor.cookie("__Host-session") != cookie
    assert [e.kind for e in await world.rows(SecurityEvent)][-1:] == ["password-proved"]
    assert {(len(one.failed_at), one.in_a_row) for one in await world.rows(SignInAttempts)} == {(0, 0)}
    # a session ends when it would have ended: the proof makes it no younger
    await world.sql("update session set created_at = created_at - interval '12 hours'")
    assert (await visitor.get(CHECK)).status_code == 303


async def test_a_wrong_one_counts_as_a_failed_sign_in(world, visitor, signed_in, plain):
    for _ in range(5):
        answer = await prove(visitor, WRONG)
        assert answer.status_code == 422
        assert "Ce mot de passe n’est pas le vôtre" in plain(answer)
        assert WRONG not in answer.text
        assert f'name="suite" value="{WANTED}"' in answer.text
    assert ago(await proved(visitor)) > timedelta(minutes=59)
    same_browser, device = world.visitor(), "__Host-appareil"
    same_browser.http.cookies.set(device, visitor.cookie(device), domain="testserver.local", path="/")
    for blocked in (await prove(visitor), await same_browser.sign_in()):
        assert blocked.status_code == 429
        assert "Trop d’essais" in plain(blocked)
        assert int(blocked.headers["retry-after"]) <= 60
    assert ago(await proved(visitor)) > timedelta(minutes=59)
    await world.sql("update sign_in_attempts set in_a_row = 100")
    assert "Mot de passe oublié" in plain(await prove(visitor))


@pytest.mark.parametrize("suite", ["//ailleurs.fr", "https://ailleurs.fr", "/%5Cailleurs.fr", "", "%0a/x"])
async def test_it_leads_nowhere_else(visitor, signed_in, suite):
    assert (await prove(visitor, suite=suite)).headers["location"] == "/espace/"


async def test_nothing_typed_and_an_old_page(visitor, signed_in, plain):
    assert "Saisissez votre mot de passe" in plain(await prove(visitor, ""))
    answer = await visitor.http.post(PAGE, data={"password": GOOD, "suite": WANTED})
    assert answer.status_code == 422
    assert "Votre page a expiré" in plain(answer)


async def test_without_a_session_one_signs_in(world, visitor, signed_in):
    answer = await world.visitor().get(f"{PAGE}?suite={WANTED}")
    assert answer.headers["location"] == f"/connexion?suite={WANTED}"
    hidden = await visitor.form_of(f"{PAGE}?suite={WANTED}")
    await world.sql("delete from session")
    answer = await visitor.http.post(PAGE, data=hidden | {"password": GOOD})
    assert answer.headers["location"] == f"/connexion?suite={WANTED}&expiree=1"
    assert not await world.rows(MemberSession)
