"""``SECOND_FACTOR``: off, optional, required, on every route that it touches. The staff's own is another matter."""

import pytest
from support.authenticator import Authenticator
from support.second_factor import (
    APPLICATION,
    OVERVIEW,
    PASSKEY,
    VERIFICATION,
    add_application,
    add_passkey,
    code,
    fields_on,
    verify,
)
from support.staff import at_work

from activation.models import Passkey, TotpFactor
from shared.security.assertions import HEADER

CHECK = "/internal/session?audience=member-space"
ENROL = f"{OVERVIEW}?obligatoire=1"
PAGES = [OVERVIEW, APPLICATION, PASSKEY, f"{OVERVIEW}/codes", f"{APPLICATION}/retirer", VERIFICATION]

pytestmark = pytest.mark.usefixtures("clock")


async def signed_in(world):
    visitor = world.visitor()
    await world.confirmed()
    await visitor.sign_in()
    return visitor


def become(world, policy: str) -> None:
    """The service starts again with another setting."""
    object.__setattr__(world.parts, "second_factor", policy)


async def test_off_has_no_pages_and_asks_nothing(world):
    member = await signed_in(world)
    secret, _ = await add_application(member)
    become(world, "off")
    for path in PAGES:
        assert (await member.get(path)).status_code == 404, path
        if path != OVERVIEW:
            assert (await member.http.post(path, data={"code": "123456"})).status_code == 404, path
    other = world.visitor()
    assert (await other.sign_in()).headers["location"] == "/espace/"
    assert (await other.get(CHECK)).status_code == 200
    assert 'name="code"' not in (await other.get("/connexion/confirmer")).text
    assert (await other.fill("/connexion/confirmer", password="trois lapins verts dansent")).status_code == 303
    # what was there sleeps, and is asked for again
    become(world, "optional")
    assert len(await world.rows(TotpFactor)) == 1
    again = world.visitor()
    assert (await again.sign_in()).headers["location"].startswith(VERIFICATION)
    assert (await verify(again, code=code(secret, 1))).status_code == 303


async def test_optional_asks_those_who_have_one(world, plain):
    member = await signed_in(world)
    assert (await member.get(CHECK)).status_code == 200
    page = await member.get(ENROL)
    assert "n’est pas encore en place" in plain(page)
    assert "obligatoire" not in plain(page)


@pytest.fixture
def required(make_world):
    return make_world(second_factor="required")


async def test_required_opens_nothing_but_the_pages_to_add_one(required, plain):
    member = required.visitor()
    await required.confirmed()
    answer = await member.sign_in(suite="/espace/remboursements")
    assert (answer.status_code, answer.headers["location"]) == (303, "/espace/remboursements")
    forwarded = {"X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/espace/remboursements"}
    page = await member.get(CHECK, **forwarded)
    assert (page.status_code, page.headers["location"]) == (303, ENROL)
    assert HEADER not in page.headers
    data = await member.get(CHECK, accept="application/json", **forwarded)
    assert (data.status_code, data.headers["content-type"]) == (403, "application/problem+json")
    assert "Mettez d’abord en place la double vérification" in data.json()["title"]
    assert HEADER not in data.headers
    for path in (f"{OVERVIEW}/codes", f"{APPLICATION}/retirer"):
        assert (await member.get(path)).headers["location"] == ENROL
        assert (await member.http.post(path)).headers["location"] == ENROL
    overview = await member.get(ENROL)
    assert "La double vérification est obligatoire" in plain(overview)
    for path in (APPLICATION, PASSKEY):
        assert (await member.get(path)).status_code == 200
    await add_passkey(member, Authenticator())
    assert (await member.get(CHECK)).status_code == 200


async def test_required_keeps_the_last_one(required, plain):
    member = required.visitor()
    await required.confirmed()
    await member.sign_in()
    await add_application(member)
    path = f"{APPLICATION}/retirer"
    assert path not in (await member.get(OVERVIEW)).text
    answer = await member.http.post(path, data=fields_on(await member.get(path)))
    assert (answer.status_code, "ajoutez un autre moyen avant de retirer celui-ci" in plain(answer)) == (422, True)
    assert len(await required.rows(TotpFactor)) == 1
    await add_passkey(member, Authenticator())
    assert path in (await member.get(OVERVIEW)).text
    answer = await member.http.post(path, data=fields_on(await member.get(path)))
    assert answer.headers["location"] == f"{OVERVIEW}?retrait=1"
    (passkey,) = await required.rows(Passkey)
    path = f"{OVERVIEW}/cle/{passkey.id}/retirer"
    assert (await member.http.post(path, data=fields_on(await member.get(path)))).status_code == 422
    # another telephone is no removal
    assert "Ajouter une application" in plain(await member.get(OVERVIEW))


@pytest.mark.parametrize("policy", ["off", "optional", "required"])
async def test_the_staff_s_codes_are_another_matter(make_world, policy):
    world = make_world(second_factor=policy)
    zoe = await at_work(world)
    assert (await zoe.check()).status_code == 200
    for path in PAGES[:-1]:
        answer = await zoe.visitor.get(path)
        assert answer.status_code == (404 if policy == "off" else 303)
        assert policy == "off" or answer.headers["location"].startswith("/connexion?")
