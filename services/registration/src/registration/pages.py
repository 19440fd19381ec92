"""The pages that only show: home, choice, request recorded, identifier sent, help."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.identifier_page import SENT
from registration.request_cookie import RequestCookie
from shared.web.forms import Form, Untouched, blank
from shared.web.pages import Pages


class SignInForm(Form):
    """The fields of the sign-in form on the home page; ``/connexion`` of activation reads it."""

    email: str
    password: Annotated[str, Untouched()]


def show_pages(pages: Pages, cookie: RequestCookie) -> APIRouter:
    """Routes of these pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def home(request: Request) -> Response:
        return pages.render(request, "home.html", sign_in=blank(SignInForm))

    @router.get("/compte")
    async def choose(request: Request) -> Response:
        return pages.render(request, "choose.html")

    @router.get("/compte/demande")
    async def recorded(request: Request) -> Response:
        found = cookie.read(request)
        if found is None:
            return RedirectResponse("/compte", 303)
        return pages.render(request, "recorded.html", recorded=found)

    @router.get(SENT)
    async def identifier_sent(request: Request) -> Response:
        return pages.render(request, "identifier_sent.html")

    @router.get("/aide")
    async def help_page(request: Request) -> Response:
        return pages.render(request, "help.html")

    return router
