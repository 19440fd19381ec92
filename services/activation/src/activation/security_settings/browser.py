"""The browser of a request, as far as an account knows it again."""

from dataclasses import dataclass

from starlette.requests import Request

from activation import cookies
from activation.cookies import Cookie
from activation.security_settings.browser_label import UNKNOWN, browser_label


@dataclass(frozen=True)
class Browser:
    """Its name in words, and the token of the cookie that tells it from others: empty, or anything at all."""

    label: str = UNKNOWN
    device: str = ""


def browser_of(request: Request) -> Browser:
    """Who asks. Nothing else of the request is kept, no network address either."""
    return Browser(browser_label(request.headers.get("User-Agent", "")), cookies.read(request, Cookie.DEVICE))
