"""The web manners of a service in one call."""

from fastapi import FastAPI

from shared.web.cross_site import CrossSiteGuard
from shared.web.pages import Pages
from shared.web.problems import install_errors
from shared.web.security_headers import SecurityHeaders
from shared.web.whole_requests import MOST, WholeRequests


def install_web(app: FastAPI, pages: Pages | None = None, *, most: int = MOST) -> None:
    """Errors, cross-site guard and security headers, in the order that gives every answer its headers; around them all,
    that a request is read to its end. Without pages there are no forms for another site to send, and no guard.

    ``most``: bytes of a body that the gateway lets through to this service; ``reading.UPLOAD_LIMIT`` where it takes files.
    """
    install_errors(app, pages)
    if pages is not None:
        app.add_middleware(CrossSiteGuard, public_url=pages.site.public_url)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(WholeRequests, most=most)
