"""The cookies of this service: ``__Host-`` (this host only, never over plain HTTP), HttpOnly, SameSite=Lax.

Lax, not Strict: the confirmation link comes from a mail program, and must find the browser that activated.
"""

from datetime import timedelta
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from activation.receipts import KEPT
from activation.security_settings import devices


class Cookie(StrEnum):
    """Names."""

    SESSION = "__Host-session"
    RECEIPT = "__Host-activation"
    LINK = "__Host-confirmation"
    RESET = "__Host-mot-de-passe"
    """The token of a link to choose a new password."""
    EMAIL_CHANGE = "__Host-adresse"
    """The token of a link to confirm another address."""
    DISAVOWAL = "__Host-signalement"
    """The token of « ce n’était pas moi »."""
    SECOND_STEP = "__Host-verification"
    """A sign-in that waits for the second factor."""
    DEVICE = "__Host-appareil"
    """Tells a browser in which the account was signed in to before; opens nothing."""
    STAFF_SESSION = "__Host-gestion"
    """Of the desk: apart from the member that the same person may be."""


MEMBERS = (
    Cookie.SESSION, Cookie.RECEIPT, Cookie.LINK, Cookie.RESET, Cookie.EMAIL_CHANGE, Cookie.DISAVOWAL, Cookie.SECOND_STEP,
)  # fmt: skip
"""What a member's signing out takes back: all but what tells the browser."""

LIFETIMES: dict[Cookie, timedelta | None] = {
    Cookie.SESSION: None,
    Cookie.RECEIPT: KEPT,
    Cookie.LINK: timedelta(minutes=10),
    Cookie.RESET: timedelta(minutes=60),
    Cookie.EMAIL_CHANGE: timedelta(minutes=10),
    Cookie.DISAVOWAL: timedelta(minutes=10),
    Cookie.SECOND_STEP: timedelta(minutes=10),
    Cookie.DEVICE: devices.KEPT,
    Cookie.STAFF_SESSION: None,
}
"""None: until the browser is closed; the server ends a session earlier."""


def read(request: Request, cookie: Cookie) -> str:
    """Its value, or an empty text."""
    return request.cookies.get(cookie, "")


def put(response: Response, cookie: Cookie, value: str) -> None:
    """Give it to the browser."""
    lifetime = LIFETIMES[cookie]
    seconds = int(lifetime.total_seconds()) if lifetime else None
    response.set_cookie(cookie, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def drop(response: Response, *cookies: Cookie) -> None:
    """Take them back from the browser."""
    for cookie in cookies:
        response.delete_cookie(cookie, path="/", secure=True, httponly=True, samesite="lax")
