"""On the running system: a session is made by signing in, belongs to that browser, and ends when its owner says so."""

import re

import pytest
from support.attacker import Attacker
from support.ways_in import OTHER_PASSWORD

from launcher.story import NEW_PASSWORD

SESSION = "__Host-session"
PLANTED = "A" * 43
"""A token's shape, chosen by somebody else."""


def sign_in(browser: Attacker, victim) -> str:
    answer = browser.sign_in(victim.email, victim.password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/espace/")
    return browser.cookies[SESSION]


def sees(browser: Attacker, victim) -> bool:
    answer = browser.open("/espace/")
    assert answer.status_code in {200, 303}
    return answer.status_code == 200 and victim.family_name in answer.text


@pytest.fixture(autouse=True)
def _forgiven(forgive):
    """Failures of one test are no matter of the next."""


def test_a_session_that_somebody_planted_is_not_taken_up(attacker, victim):
    thief, browser = attacker(), attacker()
    thief.cookies[SESSION] = browser.cookies[SESSION] = PLANTED
    assert not sees(thief, victim)
    given = sign_in(browser, victim)
    assert given != PLANTED
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", given)
    assert sees(browser, victim)
    assert not sees(thief, victim)


def test_the_attackers_own_live_session_is_no_way_in(attacker, victim):
    """Planted in the victim's browser, it ends when they sign in there: neither stays the other's."""
    thief, browser = attacker(), attacker()
    own = sign_in(thief, victim)
    browser.cookies[SESSION] = own
    # the page to sign in leads on while somebody is signed in; its form can be sent all the same
    elsewhere = attacker()
    shown = elsewhere.form("/connexion")
    browser.cookies |= elsewhere.cookies
    answer = browser.send("POST", "/connexion", {**shown.hidden, "email": victim.email, "password": victim.password})
    assert answer.status_code == 303
    assert browser.cookies[SESSION] != own
    assert sees(browser, victim)
    assert not sees(thief, victim)


def test_each_sign_in_has_a_token_of_its_own(attacker, victim):
    browsers = [attacker() for _ in range(3)]
    assert len({sign_in(browser, victim) for browser in browsers}) == 3
    assert all(sees(browser, victim) for browser in browsers)


def test_after_signing_out_the_token_opens_nothing(attacker, victim):
    browser, thief = attacker(), attacker()
    thief.cookies[SESSION] = sign_in(browser, victim)
    assert sees(thief, victim)
    answer = browser.fill("/espace/", {}, action="/deconnexion")
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert SESSION not in browser.cookies
    assert not sees(thief, victim)
    assert thief.open("/espace/api/v1/profil", Accept="application/json").status_code == 401


def test_each_proof_gives_the_session_another_token(owner, attacker):
    """What was stolen before a step-up or a change of password opens nothing after it."""
    browser, thief, elsewhere = attacker(), attacker(), attacker()
    assert owner.enters(browser)
    assert owner.enters(elsewhere)
    prove, password = "/connexion/confirmer", "/compte/securite/mot-de-passe"
    proof = {"password": NEW_PASSWORD}
    new = {"current": NEW_PASSWORD, "password": OTHER_PASSWORD, "password_confirmation": OTHER_PASSWORD}
    for path, typed in ((f"{prove}?suite={password}", proof), (password, new)):
        thief.cookies[SESSION] = browser.cookies[SESSION]
        assert owner.is_seen(thief)
        assert browser.fill(path, typed, action=path.partition("?")[0]).status_code == 303
        assert browser.cookies[SESSION] != thief.cookies[SESSION]
        assert owner.is_seen(browser)
        thief.cookies = {SESSION: thief.cookies[SESSION]}
        assert not owner.is_seen(thief)
    assert not owner.is_seen(elsewhere), "a change of password ends the others"


def test_a_wrong_password_leaves_the_session_alone(attacker, victim):
    """Somebody else at the form does not end what is open, and gets nothing."""
    browser, thief = attacker(), attacker()
    sign_in(browser, victim)
    answer = thief.sign_in(victim.email, "un mot de passe qui ne va pas")
    assert answer.status_code == 422
    assert SESSION not in thief.cookies
    assert sees(browser, victim)


@pytest.mark.parametrize(
    "changed", [str.lower, lambda token: token[:-1], lambda token: token + "A", lambda token: token[::-1], lambda _: ""]
)
def test_what_is_nearly_the_token_opens_nothing(attacker, victim, changed):
    browser, thief = attacker(), attacker()
    token = sign_in(browser, victim)
    thief.cookies[SESSION] = changed(token)
    assert thief.cookies[SESSION] != token
    assert not sees(thief, victim)


def test_a_token_in_the_address_or_in_a_form_is_none(attacker, victim):
    token = sign_in(attacker(), victim)
    thief = attacker()
    for place in (f"/espace/?{SESSION}={token}", f"/espace/;{SESSION}={token}", f"/espace/?session={token}"):
        assert thief.open(place).status_code in {303, 404}
    for headers in ({"Authorization": f"Bearer {token}"}, {"X-Session": token}, {"Cookie": f"session={token}"}):
        assert thief.send("GET", "/espace/", headers=headers).status_code == 303


def test_every_cookie_is_kept_from_scripts_other_sites_and_sub_domains(attacker, victim):
    browser, seen = attacker(), {}
    for path in ("/", "/compte/creer", "/compte/activer", "/connexion", "/gestion/connexion"):
        for line in browser.open(path).headers.get_list("set-cookie"):
            seen[line.partition("=")[0]] = line
    answer = browser.sign_in(victim.email, victim.password)
    for line in answer.headers.get_list("set-cookie"):
        seen[line.partition("=")[0]] = line
    assert {"__Host-visiteur", SESSION} <= seen.keys()
    for cookie, line in seen.items():
        assert cookie.startswith("__Host-"), line
        attributes = {part.strip().casefold() for part in line.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes, line
        assert not any(part.startswith("domain") for part in attributes), line
    assert "max-age" not in seen[SESSION].casefold()


def test_no_page_shows_the_token(attacker, victim):
    browser = attacker()
    token = sign_in(browser, victim)
    for path in ("/espace/", "/espace/profil", "/", "/connexion"):
        assert token not in browser.open(path).text
