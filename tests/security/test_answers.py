"""On the running system: every page that links lead to is narrowed by its headers and holds nothing from elsewhere."""

import re

import pytest
from support.attacker import Attacker
from support.colleagues import colleague_of, means

STRICT = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICY = {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}
LOOSE = re.compile(r"unsafe|\*|data:|blob:|http", re.IGNORECASE)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)
FROM_ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|audio|video|source|form|object|embed)\b[^>]*\b(?:src|href|action|data)=\"(?!/|#|\?)(?!\")",
    re.IGNORECASE,
)
BEGINS = {
    "visitor": ("/", "/connexion", "/gestion/connexion", "/nulle-part"),
    "member": ("/espace/",),
    "responsable": ("/gestion/",),
}


@pytest.fixture(scope="module", params=BEGINS)
def pages(request, running, victim):
    """Who it is, and path → answer of what they can open."""
    browser, who = Attacker(running.places.site), request.param
    if who == "member":
        assert browser.sign_in(victim.email, victim.password).status_code == 303
    elif who == "responsable":
        assert browser.fill("/gestion/connexion", means(colleague_of(running, who))).status_code == 303
    browser.crawl(*BEGINS[who])
    assert len(browser.opened) > (3 if who == "responsable" else 8)
    yield who, dict(browser.opened)
    browser.close()


def test_every_answer_is_narrowed_by_its_headers(pages):
    for path, answer in pages[1].items():
        told = answer.headers
        assert {name: told.get(name) for name in STRICT} == STRICT, path
        policy = {part.strip() for part in told["content-security-policy"].split(";")}
        assert policy >= POLICY, path
        assert not LOOSE.search(told["content-security-policy"]), path
        assert "server" not in told, path
        assert "x-powered-by" not in told, path


def test_every_body_says_what_it_is(pages):
    for path, answer in pages[1].items():
        if not answer.content:
            continue
        kind = answer.headers["content-type"]
        if kind.startswith("text/"):
            assert kind.endswith("charset=utf-8"), path
        if answer.text.lstrip().startswith("<!doctype"):
            assert kind == "text/html; charset=utf-8", path
        elif kind.startswith("application/json"):
            answer.json()
        if "content-disposition" in answer.headers:
            assert answer.headers["content-disposition"].startswith("attachment"), path


def test_no_page_is_kept_by_a_browser_or_a_proxy(pages):
    for path, answer in pages[1].items():
        assert "no-store" in answer.headers.get("cache-control", ""), path


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(pages):
    for path, answer in pages[1].items():
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert not INLINE.search(answer.text), path
            assert not FROM_ELSEWHERE.search(answer.text), path


FOR_WHO_IS_SIGNED_IN = ("/espace", "/compte/securite", "/gestion")
"""Their pages; others that these link to, as the terms of use, are the same for everybody."""


def test_who_is_signed_in_can_leave_from_every_page(pages):
    who, opened = pages
    leave = {"member": "/deconnexion", "responsable": "/gestion/deconnexion"}.get(who)
    shown = [
        answer
        for path, answer in opened.items()
        if answer.status_code == 200 and "<h1" in answer.text and (not leave or path.startswith(FOR_WHO_IS_SIGNED_IN))
    ]
    assert shown
    for answer in shown if leave else ():
        assert f'action="{leave}"' in answer.text, answer.url


def test_passwords_are_masked_and_filled_by_managers(pages):
    fields = [
        field
        for answer in pages[1].values()
        for field in re.findall(r"<input\b[^>]*>", answer.text)
        if re.search(r'name="[^"]*(?:password|mot_de_passe)[^"]*"', field)
    ]
    assert fields or pages[0] != "visitor"
    for field in fields:
        assert 'type="password"' in field or 'name="provisional_password"' in field, field
        assert "onpaste" not in field
        assert re.search(r'autocomplete="(current-password|new-password|off|one-time-code)"', field), field


def test_no_other_origin_may_read_an_answer(attacker, victim):
    browser = attacker()
    browser.sign_in(victim.email, victim.password)
    for origin in ("https://ailleurs.example", "null", browser.site):
        for path in ("/", "/espace/", "/espace/api/v1/openapi.json", "/static/espace.css", "/nulle-part"):
            answer = browser.open(path, Origin=origin)
            assert not [name for name in answer.headers if name.startswith("access-control-")], path
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            answer = browser.send("OPTIONS", path, headers=asked)
            assert not [name for name in answer.headers if name.startswith("access-control-")], path


@pytest.mark.parametrize(
    "path",
    [
        "/static/", "/static", "/static/?v=1", "/static/../", "/.git/config", "/.git/HEAD", "/static/.git/config", "/.env",
        "/espace/.git/HEAD", "/backup.zip", "/Caddyfile", "/pyproject.toml", "/static/__pycache__/", "/.well-known/",
    ],
)  # fmt: skip
def test_no_folder_is_listed_and_no_source_is_there(attacker, path):
    status, answer = attacker().exchange(
        f"GET {path} HTTP/1.1", "Host: localhost", "Accept: text/html", "Connection: close"
    )
    assert status in {303, 404}
    assert "[core]" not in answer
    assert '<a href="./' not in answer


def test_an_error_says_nothing_of_the_inside(attacker):
    for path, headers in (
        ("/nulle-part", {}), ("/compte/captcha/x.png", {}), ("/espace/", {"Accept": "application/json"}),
        ("/impression/lots/x", {}), ("/connexion", {"Accept": "application/json"}),
    ):  # fmt: skip
        for method in ("GET", "DELETE"):
            text = attacker().send(method, path, headers=headers).text
            assert not re.search(
                r"Traceback|File \"|sqlalchemy|asyncpg|psycopg|uvicorn|starlette|/src/|postgresql://", text
            )
