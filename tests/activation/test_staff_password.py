"""The provisional password opens one page: the one where it is replaced."""

import pytest
from support.staff import OWN_PASSWORD, at_work, hire

from activation.models import StaffSession
from shared.security.assertions import HEADER

pytestmark = pytest.mark.usefixtures("clock")


async def test_nothing_else_is_open_before_an_own_password(world):
    zoe = await hire(world)
    assert (await zoe.sign_in(-1)).headers["location"] == "/gestion/"
    sent = await zoe.check(**{"X-Forwarded-Uri": "/gestion/personnes"})
    assert (sent.status_code, sent.headers["location"], HEADER in sent.headers) == (303, "/gestion/mot-de-passe", False)
    told = await zoe.check(accept="application/json")
    assert (told.status_code, told.headers["content-type"]) == (403, "application/problem+json")
    assert told.json()["title"] == "Choisissez d’abord votre mot de passe"

    before = zoe.visitor.cookie("__Host-gestion")
    answer = await zoe.choose()
    assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/")
    assert zoe.visitor.cookie("__Host-gestion") != before
    assert (await zoe.check()).status_code == 200
    # the provisional one is over, the own one opens
    assert (await zoe.elsewhere().sign_in()).status_code == 422
    assert (await zoe.elsewhere().sign_in(password=OWN_PASSWORD)).status_code == 303


async def test_choosing_ends_every_other_session(world):
    zoe = await hire(world)
    other = zoe.elsewhere()
    await zoe.sign_in(-1)
    await other.sign_in(0)
    await zoe.choose()
    assert len(await world.rows(StaffSession)) == 1
    assert (await other.check()).headers["location"].startswith("/gestion/connexion")
    assert (await other.choose("une autre phrase bien longue")).headers["location"] == "/gestion/connexion"


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("court", "au moins 12 caractères"),
        ("zoé aime les lefèvre de Lille", "ne doit pas contenir votre nom"),
        ("zoe.lefevre fait des fraises", "ne doit pas contenir votre nom"),
        ("motdepasse12345", "trop courant"),
        ("azertyuiop12", "trop"),
    ],
)
async def test_the_rules_are_those_of_members(world, plain, password, message):
    zoe = await hire(world)
    await zoe.sign_in()
    answer = await zoe.choose(password)
    assert answer.status_code == 422
    assert message in plain(answer)
    assert password not in answer.text
    assert (await zoe.account()).must_change_password


async def test_the_provisional_password_can_not_be_kept(world, plain):
    zoe = await hire(world)
    await zoe.sign_in()
    answer = await zoe.choose(zoe.means.password)
    assert (answer.status_code, "Choisissez un autre mot de passe que le provisoire" in plain(answer)) == (422, True)


async def test_both_must_be_the_same_and_the_page_ours(world, plain):
    zoe = await hire(world)
    await zoe.sign_in()
    assert "Les deux mots de passe doivent être identiques" in plain(await zoe.choose(OWN_PASSWORD, "autre chose"))
    forged = {"password": OWN_PASSWORD, "password_confirmation": OWN_PASSWORD}
    answer = await zoe.visitor.http.post("/gestion/mot-de-passe", data=forged)
    assert (answer.status_code, "Votre page a expiré" in answer.text) == (422, True)


async def test_the_page_is_for_who_has_to_choose(world):
    visitor = world.visitor()
    for answer in (await visitor.get("/gestion/mot-de-passe"), await visitor.http.post("/gestion/mot-de-passe")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/connexion")
    zoe = await at_work(world)
    for answer in (await zoe.visitor.get("/gestion/mot-de-passe"), await zoe.choose("une autre phrase bien longue")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/")
    assert (await zoe.elsewhere().sign_in()).status_code == 303, "the first choice stands"
