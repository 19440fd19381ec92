"""What holds for every answer of every service, whoever asks and whatever was sent."""

import json
import re

import requests
from surface.typed import MARK

from shared.web.security_headers import HEADERS

KINDS = {
    "text/html; charset=utf-8": re.compile(rb"\s*<!doctype html>", re.IGNORECASE),
    "application/json": re.compile(rb""),
    "application/problem+json": re.compile(rb""),
    "application/pdf": re.compile(rb"%PDF-"),
    "image/png": re.compile(rb"\x89PNG"),
    "audio/wav": re.compile(rb"RIFF"),
    "text/csv; charset=utf-8": re.compile(rb"\xef\xbb\xbf"),
    "application/octet-stream": re.compile(rb""),
    "text/plain; version=1.0.0; charset=utf-8": re.compile(rb"# HELP"),
}
"""Media type → how a body of it begins."""
INSIDES = re.compile(
    r"Traceback \(most recent|File \"/|site-packages|sqlalchemy|asyncpg|pydantic|starlette|DETAIL:|HINT:|\.py(?![\w-])",
    re.IGNORECASE,
)
"""A file's name ends; a form's token, in which any letters can follow a point, goes on."""
BROKEN_OUT = re.compile(rf"<{MARK}|[\"'] on{MARK}=", re.IGNORECASE)
STRICTER = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""Of files that people sent."""
COOKIE = re.compile(r"__Host-[a-z-]+=[^;]*;.*")


def check(answer: requests.Response) -> None:
    """Nothing is away here, so 503 is a failure as any other."""
    assert answer.status_code < 500, told(answer)
    if answer.status_code == 400 and "Cache-Control" not in answer.headers:
        return  # no HTTP: the server before the application has refused it
    for name, value in HEADERS.items():
        if name not in {"Cache-Control", "Referrer-Policy"}:
            assert answer.headers.get(name) in {value, STRICTER.get(name)}, f"{name}: {answer.headers.get(name)}"
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert "no-store" in answer.headers["Cache-Control"]
    assert MARK not in "".join(f"{name}{'' if name == 'location' else value}" for name, value in answer.headers.items())
    check_location(answer)
    check_cookies(answer)
    if answer.content:
        check_content(answer)


def check_location(answer: requests.Response) -> None:
    """Nobody is sent elsewhere."""
    if "Location" in answer.headers:
        assert re.fullmatch(r"/(?![/\\])[!-~]*", answer.headers["Location"]), answer.headers["Location"]


def check_cookies(answer: requests.Response) -> None:
    """Ours alone, for this host alone, out of a script's reach."""
    for cookie in answer.raw.headers.getlist("Set-Cookie"):
        parts = {part.strip().casefold() for part in cookie.split(";")[1:]}
        assert COOKIE.fullmatch(cookie), cookie
        assert parts >= {"secure", "httponly", "samesite=lax", "path=/"}, cookie
        assert not any(part.startswith("domain") for part in parts)


def check_content(answer: requests.Response) -> None:
    """It is what it says, tells nothing of the inside, and nothing in it was typed by who asked and taken for HTML."""
    kind = answer.headers["Content-Type"]
    assert kind in KINDS, kind
    assert KINDS[kind].match(answer.content), answer.content[:100]
    if "json" in kind:
        json.loads(answer.content)
    if kind.startswith("text/html") or (kind.endswith("json") and answer.status_code >= 400):
        text = answer.content.decode()
        assert not INSIDES.search(text), INSIDES.search(text)
        assert not (kind.startswith("text/html") and BROKEN_OUT.search(text)), BROKEN_OUT.search(text)


def told(answer: requests.Response) -> str:
    """For whoever looks into a failure."""
    return f"{answer.status_code} {answer.request.method} {answer.request.url} {answer.request.body!r}: {answer.text[:500]}"
