"""« Mot de passe oublié »: asks the identifier, and answers the same whoever it is of (design §5, *public answers*)."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.parts import parts_of
from activation.recovery import reset_links
from shared.web.forms import EmailAddress, Form, Parsed, Required, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/mot-de-passe-oublie"
SENT = f"{PAGE}/envoye"


class IdentifierForm(Form):
    """Whose password is forgotten."""

    email: Annotated[EmailAddress, Required("Saisissez votre identifiant (adresse électronique)")]


@router.get(PAGE)
async def show(request: Request) -> Response:
    """The empty form."""
    return _page(request, blank(IdentifierForm))


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Have a link mailed, or not: no answer tells which, nor how soon it comes (decision 0012)."""
    began = time.monotonic()
    form = await posted_form(request, IdentifierForm)
    if form.value is None:
        return _page(request, form, 422)
    parts = parts_of(request)
    await parts.reset_limit.let_pass(request)
    await reset_links.ask(parts, form.value.email)
    await asyncio.sleep(began + parts.answer_seconds - time.monotonic())
    return RedirectResponse(SENT, 303)


@router.get(SENT)
async def show_sent(request: Request) -> Response:
    """What to do now, and the ways without the mailbox or the answer."""
    return parts_of(request).pages.render(request, "mot-de-passe-envoye.html")


def _page(request: Request, form: Parsed[IdentifierForm], status: int = 200) -> Response:
    return parts_of(request).pages.render(request, "mot-de-passe-oublie.html", status, form=form)
