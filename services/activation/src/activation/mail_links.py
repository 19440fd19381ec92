"""Links of mails: the token leaves the address bar at once, for a short-lived cookie. Reading one changes nothing, since mail
scanners open links; a button uses it."""

from starlette.responses import RedirectResponse, Response

from activation import cookies
from activation.cookies import Cookie
from shared.security.tokens import looks_like_token

FIELD = "jeton"
"""Of the address in the mail."""


def keep(page: str, cookie: Cookie, token: str) -> Response:
    """To the page without the token; what is no token takes an earlier one's place, too."""
    response = RedirectResponse(page, 303, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
    if looks_like_token(token):
        cookies.put(response, cookie, token)
    else:
        cookies.drop(response, cookie)
    return response
