"""No answer leads to another site, whatever page is asked for afterwards (OWASP: unvalidated redirects)."""

from urllib.parse import urljoin, urlsplit

import ada_url
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activation.local_path import DESK_HOME, HOME, desk_path, local_path
from activation.sign_in_pages import sign_in_address
from activation.staff.addresses import after_sign_in

SITE = "https://espace.exemple.fr"
ATTACKS = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example",
    "/\n/evil.example", "\t//evil.example", " //evil.example", "/\r\n//evil.example", "https:evil.example",
    "https:/evil.example", "HTTPS://evil.example", "javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
    "/\u2215evil.example", "/\uff0fevil.example", "\u2044\u2044evil.example", "/.//evil.example", "/..//evil.example",
    "/%2f%2fevil.example", "/%5cevil.example", "/%09/evil.example", "@evil.example", "/@evil.example", ":80", "?//evil",
    "#//evil", "/\x00/evil.example", "/\x0b/evil.example", "/\u00a0/evil.example", "/\u200b/evil.example", "\ufeff//evil",
    "/espace/\r\nLocation: https://evil.example", "/" * 3000, "/" + "a" * 100_000, "//evil.example/" + "a" * 5000,
    "//\u202eelpmaxe.live", "/;//evil.example", "http://espace.exemple.fr@evil.example", "/espace/..//..//evil.example",
)  # fmt: skip
PIECES = st.sampled_from(["/", "\\", "//", "\t", "\n", "\r", "\x00", " ", ".", "..", "%2f", "%5c", "%09", ":", "@", "?", "#",
                          "https:", "evil.example", "espace", "\u2215", "\uff0f", "\u00a0", "\u200b", ";", "&"])  # fmt: skip
HOSTILE = st.one_of(st.sampled_from(ATTACKS), st.lists(PIECES, max_size=12).map("".join), st.text(max_size=60))


def stays(address: str) -> bool:
    """By the rules that browsers have (WHATWG), and by those of RFC 3986."""
    as_browsers_do = ada_url.URL(address, base=f"{SITE}/connexion")
    joined = urlsplit(urljoin(f"{SITE}/connexion", address))
    return as_browsers_do.origin == SITE and f"{joined.scheme}://{joined.netloc}" == SITE


def attacked(test):
    for attack in ATTACKS:
        test = example(attack)(test)
    return given(HOSTILE)(test)


@attacked
def test_a_members_goal_stays_on_this_site(wanted):
    for path in (local_path(wanted), sign_in_address(wanted, expired=True)):
        assert path.startswith("/")
        assert stays(path)
        assert path.isascii()
        assert path.isprintable()
        assert len(path) <= 2000


@attacked
def test_the_staffs_goal_stays_at_the_desk(wanted):
    for path in (desk_path(wanted), after_sign_in(wanted)):
        assert stays(path)
        assert path.startswith(DESK_HOME)


def test_the_judge_sees_what_leads_away():
    assert not any(map(stays, ("//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example")))
    assert stays("/espace/?a=//evil.example")


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if len(attack) < 3000])
async def test_signing_in_leads_nowhere_else(visitor, attack):
    """Not signed in: the page keeps only a goal of ours."""
    page = await visitor.http.get("/connexion", params={"suite": attack})
    assert page.status_code == 200
    assert 'name="suite" value="//' not in page.text
    assert "evil" not in page.text or local_path(attack) == attack


async def test_the_gateways_question_is_answered_with_a_page_of_ours(visitor):
    for attack in ATTACKS:
        if not attack.isascii() or not attack.isprintable():
            continue  # no header holds them
        sent = {"X-Forwarded-Uri": attack, "X-Forwarded-Method": "GET"}
        for audience in ("member-space", "desk"):
            answer = await visitor.get(f"/internal/session?audience={audience}", **sent)
            assert stays(answer.headers["location"])
    assert local_path("") == HOME
