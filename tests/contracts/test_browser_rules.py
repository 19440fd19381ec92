"""What browsers are told by every service: nothing is stored, nothing runs inline, no cookie leaves this host, and no
address is made of the host that a request names."""

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from support.every_service import PACKAGES, create_app

from activation.cookies import Cookie
from shared.web.security_headers import HEADERS

TOP = Path(__file__).parents[2]
SOURCES = sorted(
    file for part in ("services/*/src", "shared/src") for top in TOP.glob(part) for file in top.rglob("*.py")
)
PAPER = {"letter.html", "releve.html", "cadre-papier.html"}
TEMPLATES = sorted(
    file
    for part in ("services/*/src/*/templates", "shared/src/shared/*/templates", "deploy/gateway/pages")
    for top in TOP.glob(part)
    for file in top.rglob("*.html")
    # mails and letters are no pages: mail programs take no sheet, and paper is made by WeasyPrint
    if "notifier" not in file.parts and "letters" not in file.parts
)
HOSTILE = "evil.example"
STRANGE = ("TRACE", "PROPFIND", "QUERY", "DELETE", "PUT", "PATCH", "OPTIONS")
BODIES = (
    ("application/x-www-form-urlencoded", b"a=%00&b=\xff"), ("application/xml", b"<a/>"), ("application/json", b"[[[["),
    ("multipart/form-data", b"no boundary"), ("text/plain; charset=nothing", b"x"), ("", b"x"), ("a" * 300, b"x"),
)  # fmt: skip


@cache
def app_of(package):
    return create_app(package)


def paths_of(package) -> list[str]:
    """Every route, something in the place of what is variable."""
    found = {route.path or "" for route in iter_route_contexts(app_of(package).routes)} - {"/metrics", ""}
    return sorted(re.sub(r"\{[^}]+\}", "x", path) for path in found)


def routes() -> list[tuple[str, str]]:
    return [(package, path) for package in PACKAGES for path in paths_of(package)]


async def ask(package, method, path, **sent) -> httpx.Response:
    transport = httpx.ASGITransport(app_of(package), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://espace.exemple.fr") as client:
        return await client.request(method, path, **sent)


def test_there_are_routes_and_templates_to_look_at():
    assert {"/connexion", "/espace/", "/compte/creer", "/impression/lots/x/x"} <= {path for _, path in routes()}
    assert len(TEMPLATES) > 40


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
async def test_nothing_that_a_service_answers_is_stored(package, accept):
    """Also where its database is away, as here: what leaves is an error, and told as strictly."""
    for path in [*paths_of(package), "/nulle-part"]:
        answer = await ask(package, "GET", path, headers={"Accept": accept})
        assert "no-store" in answer.headers["Cache-Control"], path
        for name in HEADERS.keys() - {"Cache-Control"}:
            assert answer.headers[name], (path, name)


@pytest.mark.parametrize("package", PACKAGES)
async def test_strange_methods_and_bodies_are_no_error_of_ours(package):
    for number, path in enumerate(paths_of(package)):
        method, (kind, body) = STRANGE[number % len(STRANGE)], BODIES[number % len(BODIES)]
        answers = {
            method: await ask(package, method, path, headers={"X-Secret": "c-secret"}),
            "POST": await ask(package, "POST", path, headers={"Content-Type": kind}, content=body),
        }
        for sent, answer in answers.items():
            # 503: no database here
            assert answer.status_code < 500 or answer.status_code == 503, (path, sent)
            assert "c-secret" not in answer.text


@pytest.mark.parametrize("package", PACKAGES)
async def test_no_address_is_made_of_the_host_that_is_asked_for(package):
    hosts = {
        "Host": HOSTILE,
        "X-Forwarded-Host": HOSTILE,
        "X-Forwarded-Proto": "gopher",
        "Forwarded": f"host={HOSTILE}",
    }
    for path in paths_of(package):
        for asked in (path, path.rstrip("/") or "/", path.rstrip("/") + "/"):
            answer = await ask(package, "GET", asked, headers=hosts | {"Accept": "text/html"})
            assert HOSTILE not in answer.text + str(answer.headers), asked
            assert "gopher" not in str(answer.headers)
            target = answer.headers.get("Location", "/")
            assert re.match(r"/(?!/)|https://espace\.exemple\.fr/", target), (asked, target)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_no_code_asks_for_its_host(file):
    text = file.read_text()
    assert not re.search(r"\burl_for\(|\.base_url\b|request\.url\.(hostname|netloc|port|scheme)|URL\(scope=", text)
    assert not re.search(
        r"""headers(\.get\(|\[)["'](x-forwarded-host|host|x-forwarded-proto|forwarded)["']""", text, re.IGNORECASE
    )


def cookie_calls():
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in {"set_cookie", "delete_cookie"}:
                yield file, node


def name_of(file: Path, node: ast.expr) -> set[str]:
    """The names that the first argument may be."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    assert isinstance(node, ast.Name), file
    package = file.relative_to(file.parents[len(file.parts) - file.parts.index("src") - 2])
    module = import_module(".".join(package.with_suffix("").parts))
    return {cookie.value for cookie in Cookie} if node.id == "cookie" else {getattr(module, node.id)}


def test_every_cookie_stays_with_this_host_and_away_from_scripts():
    calls = list(cookie_calls())
    assert len(calls) >= 6
    for file, call in calls:
        assert all(name.startswith("__Host-") for name in name_of(file, call.args[0])), file
        said = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
        assert said["secure"] is said["httponly"] is True, file
        assert (said["path"], said["samesite"], "domain" in said) == ("/", "lax", False), file
    # nobody writes the header by hand
    assert not [file for file in SOURCES if re.search(r"""["']set-cookie["']""", file.read_text(), re.IGNORECASE)]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: "/".join(file.parts[-2:]))
def test_no_template_has_anything_inline(file):
    text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=|<style\b", text), "style"
    assert not re.search(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["']""", text), "handler"
    assert not re.search(r"javascript:|<base\b|<iframe\b|<object\b|<embed\b|http-equiv", text, re.IGNORECASE)
    for tag in re.findall(r"<script\b[^>]*>.*?</script>", text, re.DOTALL):
        assert re.fullmatch(r'<script type="module" src="\{\{ static\([^)]*\) \}\}"></script>', tag), tag
    assert not re.search(r'<(script|link|img|audio)\b[^>]*(src|href)="(https?:)?//', text), "from elsewhere"


def test_passkeys_are_left_to_this_site():
    """Creating and getting are allowed to a site's own pages unless a policy says otherwise; frames of others are none."""
    for policy in (HEADERS["Permissions-Policy"], (TOP / "deploy/gateway/Caddyfile").read_text()):
        assert "publickey-credentials" not in policy
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
