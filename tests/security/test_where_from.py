"""On the running system: what a client says of itself, of us and of where to go is not believed."""

import re
from urllib.parse import quote

import pytest
from support.colleagues import colleague_of, means
from support.many_accounts import UNCONFIRMED, known_address
from support.ways_in import FORGOTTEN, IDENTIFIER, REPORT, RESET, identity, mail, reset

from launcher.story import NEW_PASSWORD, PATIENCE
from launcher.waiting import link_in, received_mail, wait_for
from shared.web.csrf import VISITOR_COOKIE

FORGED = "attaquant.example"
PROVE, DESK = "/connexion/confirmer", "/gestion/connexion"
AWAY = (
    "//ailleurs.example", "///ailleurs.example", "/\\ailleurs.example", "\\\\ailleurs.example", "https://ailleurs.example",
    "https:ailleurs.example", "//ailleurs.example/espace/", "/%09/ailleurs.example", "/\t/ailleurs.example",
    "/espace/\r\nSet-Cookie: a=b", "javascript:alert(1)", "data:text/html,x", "//localhost@ailleurs.example",
    "/ /ailleurs.example", "ailleurs.example", "/\u2028/ailleurs.example", "/espace/" + "a" * 5000,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _forgiven(forgive):
    """Failures of one test are no matter of the next."""


@pytest.mark.parametrize("wanted", AWAY)
def test_signing_in_leads_to_this_site_only(attacker, victim, wanted):
    browser = attacker()
    shown = browser.form(f"/connexion?suite={quote(wanted)}", "/connexion")
    assert "ailleurs.example" not in shown.hidden.get("suite", "") or shown.hidden["suite"].startswith("/%09")
    for typed in ({}, {"suite": wanted}):
        answer = browser.send(
            "POST", "/connexion", {**shown.hidden, "email": victim.email, "password": victim.password, **typed}
        )
        assert answer.status_code == 303
        assert_here(answer.headers["location"])
        assert "a" not in browser.cookies
        # who is signed in is led on at once, by the same rule
        assert_here(browser.open(f"/connexion?suite={quote(wanted)}").headers["location"])
        browser.cookies = {VISITOR_COOKIE: browser.cookies[VISITOR_COOKIE]}


@pytest.mark.parametrize(
    "page", ["/", "/connexion", "/compte/creer", "/compte/activer", "/espace/", "/gestion/", "/nulle-part"]
)
def test_no_answer_repeats_the_name_that_a_client_gives_us(running, attacker, page):
    port = running.places.port("GATEWAY_PORT")
    forged = (
        ("Host: " + FORGED,),
        ("Host: localhost", f"X-Forwarded-Host: {FORGED}"),
        ("Host: localhost", f"Forwarded: host={FORGED};proto=https"),
        ("Host: localhost", f"X-Original-Host: {FORGED}", f"X-Host: {FORGED}", f"X-Forwarded-Server: {FORGED}"),
        (f"Host: localhost:{port}@{FORGED}",),
    )
    for lines in forged:
        status, answer = attacker().exchange(f"GET {page} HTTP/1.1", *lines, "Accept: text/html", "Connection: close")
        assert status in {200, 303, 400, 404}, answer[:200]
        assert FORGED not in answer
    # nor when the address is written out in the request's first line
    status, answer = attacker().exchange(f"GET http://{FORGED}{page} HTTP/1.1", "Host: localhost", "Connection: close")
    assert FORGED not in answer


def test_no_mail_leads_to_the_name_that_a_client_gives_us(running, attacker):
    """Somebody asks for another's confirmation link with our name forged: it leads here all the same."""
    email = known_address(UNCONFIRMED)
    running.system.postgres.sql(
        "update account set confirmed_at = null, activated_at = now() - interval '1 hour' where email = :'email'",
        database="activation",
        email=email,
    )
    browser = attacker()
    forged = {"X-Forwarded-Host": FORGED, "Forwarded": f"host={FORGED}", "X-Forwarded-Proto": "https"}
    answer = browser.sign_in(email, NEW_PASSWORD, forged)
    assert answer.headers["location"] == "/compte/cree"
    shown = browser.form("/compte/cree")
    answer = browser.send("POST", "/compte/cree", shown.hidden, forged | {"Origin": running.places.site})
    assert answer.headers["location"] == "/compte/cree?renvoi=parti"
    mail = wait_for(lambda: received_mail(running.places.inbox, email, "confirm"), PATIENCE, "the confirmation e-mail")
    assert link_in(mail, "/compte/confirmer").startswith(f"{running.places.site}/compte/confirmer?")
    assert FORGED not in str(mail)


def test_no_mail_of_the_way_back_leads_there_either(running, owner, attacker):
    """The link to choose a password, the identifier, and the notice with « ce n’était pas moi »."""
    browser = attacker()
    forged = {"X-Forwarded-Host": FORGED, "Forwarded": f"host={FORGED}", "X-Forwarded-Proto": "https"}
    assert browser.fill(FORGOTTEN, {"email": owner.email}, forged).status_code == 303
    assert browser.fill(IDENTIFIER, identity(owner), forged).status_code == 303
    told = mail(owner, "Choisissez un nouveau mot de passe")
    link = link_in(told, RESET)
    reset(browser, link.partition("jeton=")[2])
    notice = mail(owner, "mot de passe oublié a été remplacé")
    for address in (link, link_in(notice, REPORT)):
        assert address.startswith(f"{running.places.site}/compte/")
    for one in (told, notice, mail(owner, "Votre identifiant")):
        assert FORGED not in str(one)


@pytest.mark.parametrize("wanted", AWAY)
def test_proving_a_password_again_leads_to_this_site_only(attacker, victim, wanted):
    browser = attacker()
    browser.sign_in(victim.email, victim.password)
    shown = browser.form(f"{PROVE}?suite={quote(wanted)}", PROVE)
    answer = browser.send("POST", PROVE, {**shown.hidden, "suite": wanted, "password": victim.password})
    assert answer.status_code == 303
    assert_here(answer.headers["location"])


@pytest.mark.parametrize("wanted", AWAY)
def test_the_desk_leads_to_the_desk_only(running, attacker, wanted):
    browser = attacker()
    shown = browser.form(f"{DESK}?suite={quote(wanted)}", DESK)
    typed = {**shown.hidden, "suite": wanted, **means(colleague_of(running, "conseiller"))}
    answer = browser.send("POST", DESK, typed)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/gestion/")


def assert_here(location: str) -> None:
    """No other site, however a browser reads it."""
    assert re.match(r"/(?![/\\])", location), location
    assert not re.search(r"[\x00-\x20\\]", location)


@pytest.fixture
def few_tries(running):
    """Five tries a minute for a network address, as an installation may want it."""
    system = running.system
    usual = system.parts.settings["TRIES_PER_MINUTE_PER_ADDRESS"]
    system.parts.settings["TRIES_PER_MINUTE_PER_ADDRESS"] = "5"
    running.do(system.restart("activation"))
    running.do(system.healthy())
    yield 5
    system.parts.settings["TRIES_PER_MINUTE_PER_ADDRESS"] = usual
    running.do(system.restart("activation"))
    running.do(system.healthy())


def test_no_header_makes_another_address_of_a_client(attacker, few_tries):
    """Each try says to come from somewhere else; the gateway has seen where it comes from."""
    browser, seen = attacker(), []
    for number in range(few_tries + 3):
        forged = f"203.0.113.{number}"
        headers = {
            "X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}", "True-Client-IP": forged,
            "CF-Connecting-IP": forged, "X-Client-IP": forged, "X-Cluster-Client-IP": forged,
        }  # fmt: skip
        seen.append(browser.sign_in(f"personne{number}@exemple.fr", "un mot de passe", headers).status_code)
    assert seen[:few_tries] == [422] * few_tries
    assert seen[few_tries:] == [429] * 3
    # nor does one of several, or one that is none
    for forged in ("203.0.113.1, 203.0.113.2", "127.0.0.1", "::1", "unknown", "", "203.0.113.9:80"):
        answer = browser.sign_in("personne@exemple.fr", "un mot de passe", {"X-Forwarded-For": forged})
        assert answer.status_code == 429, forged
