"""On the running system: no other site makes a browser send one of our forms, whichever it is.

The forms are those that links lead to, for a visitor, a member and each of the staff: a form that is added later is attacked
without being named here.
"""

import pytest
from support.attacker import EXPIRED, Attacker, ShownForm
from support.colleagues import colleague_of, means

ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "{site}"},
    {"Origin": "https://ailleurs.example"},
    {"Origin": "null"},
    {"Origin": "{site}.ailleurs.example"},
    {"Origin": "http://localhost"},
)
"""What a browser says of where a form comes from; the site's own origin has a port."""
NEEDS_NO_TOKEN = {"/deconnexion", "/gestion/deconnexion"}
"""Leaving always works, with an old page too; from another site it does not."""
GOES_BACK = {"/compte/cree", "/compte/confirmer"}
"""Shows itself again rather than what was typed: there is nothing to type."""
OF_MEMBERS = {
    "/deconnexion", "/espace/documents", "/espace/adresse", "/espace/situation", "/espace/questions/nouvelle",
    "/espace/delegations/nouvelle", "/espace/profil/cloture/verification", "/compte/securite/mot-de-passe",
    "/compte/securite/question", "/compte/securite/adresse", "/compte/securite/double-verification/application",
}  # fmt: skip
PUBLIC = {
    "/compte/creer", "/compte/activer", "/connexion", "/gestion/connexion", "/compte/identifiant-oublie",
    "/compte/courrier-de-secours", "/compte/mot-de-passe-oublie",
}  # fmt: skip


@pytest.fixture(scope="module", params=["visitor", "member", "conseiller", "responsable", "exploitation"])
def insider(request, running, victim):
    """A browser in which that one is signed in, and every form that its pages lead to."""
    browser = Attacker(running.places.site)
    if request.param == "visitor":
        found = browser.crawl("/", "/connexion", "/gestion/connexion")
        assert {form.action for form in found} >= PUBLIC
    elif request.param == "member":
        assert browser.sign_in(victim.email, victim.password).status_code == 303
        found = browser.crawl("/espace/")
        assert {form.action for form in found} >= OF_MEMBERS
    else:
        typed = means(colleague_of(running, request.param))
        assert browser.fill("/gestion/connexion", typed).headers["location"] == "/gestion/"
        found = browser.crawl("/gestion/")
        assert found
    yield browser, found
    browser.close()


def send(browser: Attacker, form: ShownForm, hidden: dict[str, str], **headers: str):
    data = dict.fromkeys(form.names, "x") | hidden
    return browser.send("POST", form.action, data, headers, multipart=form.multipart)


def test_what_comes_from_elsewhere_is_refused(running, insider):
    browser, forms = insider
    for form in forms:
        for told in ELSEWHERE:
            headers = {name: value.format(site=running.places.site) for name, value in told.items()}
            answer = send(browser, form, dict(form.hidden), **headers)
            assert answer.status_code == 403, f"{form.action} {headers}: {answer.status_code}"
            assert "set-cookie" not in answer.headers


def test_a_form_without_our_token_does_nothing(running, insider):
    browser, forms = insider
    stranger = Attacker(running.places.site)
    foreign = stranger.form("/connexion").hidden
    for form in forms:
        if form.action in NEEDS_NO_TOKEN:
            continue
        own = dict(form.hidden)
        tries = {
            "no token": {name: value for name, value in own.items() if name != "form_token"},
            "an empty one": own | {"form_token": ""},
            "an altered one": own | {"form_token": own["form_token"][:-2] + "AA"},
            "another submission's": own | {"submission_id": "00000000-0000-4000-8000-000000000000"},
            "another visitor's": own | dict(foreign),
        }
        for name, hidden in tries.items():
            answer = send(browser, form, hidden)
            if form.action in GOES_BACK:
                assert (answer.status_code, answer.headers["location"]) == (303, form.action)
            else:
                assert answer.status_code == 422, f"{form.action} with {name}: {answer.status_code}"
                assert EXPIRED in answer.text.replace("\u00a0", " "), f"{form.action} with {name}"
    stranger.close()


def test_reading_changes_nothing(insider):
    """The address of a form takes no GET that does what the form does: it shows a page, or nothing."""
    browser, forms = insider
    for form in forms:
        answer = browser.open(form.action)
        assert answer.status_code in {200, 303, 404, 405}, f"{form.action}: {answer.status_code}"
        assert answer.headers.get("location", "") not in {"/compte/demande", "/compte/cree?renvoi=parti"}
