"""The link of an invitation, on its way through two services: its token leaves the address bar at the first answer.

``activation`` meets it when nobody is signed in, ``member-space`` when somebody is. Either puts the token into a cookie and
goes on to the address without it, so that it is in no page's address, no history, no Referer, and no hidden field of the
sign-in page.
"""

from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.security.tokens import looks_like_token

PAGE = "/espace/delegations/invitation"
PARAMETER = "jeton"
COOKIE = "__Host-invitation"
KEPT_SECONDS = 3600
"""Long enough to sign in, with a forgotten password on the way; then the mail's link is opened again."""


def token_of(address: str) -> str | None:
    """What stands for a token in a path with its query; None when it is not the link of an invitation."""
    try:
        parts = urlsplit(address)
        given = parse_qs(parts.query, keep_blank_values=True, max_num_fields=20).get(PARAMETER)
    except ValueError:
        return None
    return given[0] if parts.path == PAGE and given else None


def keep(response: Response, token: str) -> None:
    """Into the browser's cookie; what can be no token takes away the one from before."""
    if looks_like_token(token):
        response.set_cookie(
            COOKIE, token, max_age=KEPT_SECONDS, path="/", secure=True, httponly=True, samesite="lax"
        )  # fmt: skip
    else:
        drop(response)


def come_back(token: str) -> Response:
    """To the page without the token."""
    response = RedirectResponse(PAGE, 303, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
    keep(response, token)
    return response


def kept(request: Request) -> str:
    """The token that the browser holds, or an empty text."""
    return request.cookies.get(COOKIE, "")


def drop(response: Response) -> None:
    """Take it back."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
