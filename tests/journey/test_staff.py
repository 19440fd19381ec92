"""On the running system: staff come in through the gateway, with a code that is good once, and members don't."""

import time
from functools import partial

import httpx
import pytest
from support.colleagues import colleague_of, means
from support.system import Running

from launcher.member import Member, UnexpectedPageError
from launcher.staff import Colleague
from launcher.story import Journey
from shared.security.assertions import HEADER


@pytest.fixture
def colleague(running: Running):
    """``colleague(role)``: that one of the demonstration's, no code of whom was used of late."""

    return partial(colleague_of, running)


@pytest.fixture
def browser(running: Running):
    """``browser()``: somebody new at a browser."""
    opened: list[Member] = []

    def new() -> Member:
        opened.append(Member(running.places.site))
        return opened[-1]

    yield new
    for one in opened:
        one.close()


def sign_in(member: Member, one: Colleague, code: str = "") -> str:
    member.open("/gestion/")
    assert member.path == "/gestion/connexion"
    return member.send("/gestion/connexion", **means(one) | ({"code": code} if code else {}))


@pytest.mark.parametrize("role", ["conseiller", "responsable", "exploitation"])
def test_each_role_comes_in_and_goes(running, browser, colleague, role):
    one, member = colleague(role), browser()
    sign_in(member, one)
    assert (member.path, member.heading) == ("/gestion/", f"Bonjour {one.name}")
    assert role in member.open("/gestion/")
    assert member.open("/gestion").count("<h1>") == 1
    member.send("/gestion/deconnexion")
    assert member.path == "/gestion/connexion"
    member.open("/gestion/")
    assert member.path == "/gestion/connexion"


def test_a_code_is_good_once(browser, colleague):
    one = colleague("conseiller")
    code = one.code()
    sign_in(browser(), one, code)
    with pytest.raises(UnexpectedPageError, match=r"422 .*ne correspond pas"):
        sign_in(browser(), one, code)


def test_one_comes_back_to_what_was_wanted(browser, colleague):
    one, member = colleague("conseiller"), browser()
    member.open("/gestion/?de=loin")
    member.send("/gestion/connexion", **means(one))
    assert (member.path, member._page.url.query) == ("/gestion/", b"de=loin")


def test_who_is_not_signed_in_gets_nothing(running, colleague):
    site = running.places.site
    page = httpx.get(f"{site}/gestion/personnes", headers={"Accept": "text/html"}, trust_env=False, timeout=20)
    assert (page.status_code, page.headers["location"]) == (303, "/gestion/connexion?suite=/gestion/personnes")
    told = httpx.get(f"{site}/gestion/personnes", headers={"Accept": "application/json"}, trust_env=False, timeout=20)
    assert (told.status_code, told.headers["content-type"]) == (401, "application/problem+json")


def test_a_member_is_not_staff_and_staff_no_member(running, browser, colleague, someone):
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    journey.member.open("/gestion/")
    assert journey.member.path == "/gestion/connexion"
    journey.member.close()
    member = browser()
    sign_in(member, colleague("responsable"))
    member.open("/espace/")
    assert member.path == "/connexion"


def test_the_assertion_of_one_opens_nothing_of_the_other(running, browser, colleague):
    """As only something inside could bring it, past the gateway."""
    member = browser()
    sign_in(member, colleague("conseiller"))
    cookie = {"Cookie": f"__Host-gestion={member._client._transport._kept['__Host-gestion']}", "Accept": "text/html"}
    check = f"{running.system.address('activation')}/internal/session?audience=desk"

    def ask(path: str, assertion: str) -> int:
        headers = {HEADER: assertion, "Accept": "text/html"}
        address = running.system.address("member-space") + path
        return httpx.get(address, headers=headers, trust_env=False, timeout=20).status_code

    assertion = httpx.get(check, headers=cookie, trust_env=False, timeout=20).headers[HEADER]
    assert [ask(path, assertion) for path in ("/espace/", "/gestion/", "/gestion/")] == [401, 200, 401]


def test_who_is_disabled_is_out_on_the_next_request(running, browser, colleague):
    member, one = browser(), colleague("exploitation")
    sign_in(member, one)
    change = "update staff_account set disabled_at = {} where login = :'login'"
    running.system.postgres.sql(change.format("now()"), database="activation", login=one.login)
    try:
        member.open("/gestion/")
        assert member.path == "/gestion/connexion"
    finally:
        running.system.postgres.sql(change.format("null"), database="activation", login=one.login)


def test_the_journal_has_it_all(running, browser, colleague):
    one = colleague("responsable")
    began = time.time()
    member = browser()
    sign_in(member, one)
    member.send("/gestion/deconnexion")
    kinds = running.system.postgres.sql(
        "select string_agg(j.kind, ' ' order by j.id) from staff_journal j join staff_account a on a.id = j.staff_id"
        " where login = :'login' and at >= to_timestamp(:'began'::float)",
        database="activation",
        login=one.login,
        began=str(began),
    )
    assert kinds == "signed-in signed-out"
