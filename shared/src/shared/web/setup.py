"""The web manners of a service in one call."""

from fastapi import FastAPI

from shared.web.cross_site import CrossSiteGuard
from shared.web.pages import Pages
from shared.web.problems import install_errors
from shared.web.security_headers import SecurityHeaders


def install_web(app: FastAPI, pages: Pages) -> None:
    """Errors, cross-site guard and security headers, in the order that gives every answer its headers."""
    install_errors(app, pages)
    app.add_middleware(CrossSiteGuard, public_url=pages.site.public_url)
    app.add_middleware(SecurityHeaders)
