"""Refuse what another site makes a browser send (Fetch Metadata; the rule of Go's ``http.CrossOriginProtection``)."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.answers import answer_problem
from shared.web.problem import Problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CrossSiteGuard:
    """ASGI middleware: 403 for unsafe methods from another origin.

    A client that is no browser sends neither ``Sec-Fetch-Site`` nor ``Origin`` and passes: it has no cookies to abuse.
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        self.origin = _origin(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or self._ours(Headers(scope=scope)):
            await self.app(scope, receive, send)
        else:
            response = answer_problem(Request(scope), Problem(403))
            await response(scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            # A sub-domain ("same-site") is not us either.
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        return origin is None or _origin(origin) == self.origin


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for ``null`` and for what is no origin."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.scheme and parts.hostname else None
