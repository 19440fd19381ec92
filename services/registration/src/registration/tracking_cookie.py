"""The link of a letter: its token leaves the address bar at once, for a short-lived cookie. Reading it changes nothing, since
mail scanners open links."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.security.tokens import looks_like_token

FIELD = "jeton"
"""Of the address in the mail, as in every link of a mail."""
COOKIE = "__Host-suivi"
_SECONDS = 3600
"""Long enough to call the help desk meanwhile; then the mail's link is opened again."""


def keep(page: str, token: str) -> Response:
    """To the page without the token; what is no token takes an earlier one's place, too."""
    response = RedirectResponse(page, 303, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
    if looks_like_token(token):
        response.set_cookie(COOKIE, token, max_age=_SECONDS, path="/", secure=True, httponly=True, samesite="lax")
    else:
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def kept(request: Request) -> str:
    """The token that the browser holds, or an empty text."""
    return request.cookies.get(COOKIE, "")
