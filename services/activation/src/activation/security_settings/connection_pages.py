"""``/compte/securite/connexions``: where one is signed in, and how to end it."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.parts import parts_of
from activation.security_settings import connections
from activation.security_settings.journal_words import words
from activation.visit import Visit, visiting
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/securite/connexions"
OTHERS = "autres"
DONE = {
    "une": "Cette connexion est fermée.",
    "autres": "Toutes vos autres connexions sont fermées.",
}


@router.get(PAGE)
async def show(request: Request, fermee: str = "") -> Response:
    """The sessions of now, and the last sign-ins."""
    visit = await visiting(request, PAGE)
    return visit if isinstance(visit, Response) else await _page(request, visit, DONE.get(fermee, ""))


@router.post(PAGE)
async def end(request: Request) -> Response:
    """End one, or all but this one. Ending is always allowed: it needs no fresh proof."""
    visit = await visiting(request, PAGE)
    if isinstance(visit, Response):
        return visit
    data = await read_form(request)
    guarded = await guard(request, data)
    if isinstance(guarded, Expired):
        return await _page(request, visit, guarded.message, 422)
    which, here = data.get("session", ""), visit.session.id
    async with parts_of(request).database.unit_of_work() as work:
        if which == OTHERS:
            await connections.end_others(work, visit.account, here)
            return RedirectResponse(f"{PAGE}?fermee=autres", 303)
        wanted = _id(which)
        # the present one is left by signing out
        if wanted is not None and wanted != here:
            await connections.end_one(work, visit.account, wanted)
    return RedirectResponse(f"{PAGE}?fermee=une", 303)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _page(request: Request, visit: Visit, told: str, status: int = 200) -> Response:
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        live = await connections.live(work, visit.account.id)
        tries = await connections.last_tries(work, visit.account.id)
    return parts.pages.render(
        request, "securite/connexions.html", status, sessions=live, here=visit.session.id, tries=tries, told=told,
        words=words,
    )  # fmt: skip
