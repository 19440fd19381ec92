"""The pages of the member space."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from member_space.access.signed_in import SignedInVisit
from member_space.home import load_home
from shared.web.french import polite_name
from shared.web.pages import Pages

PARIS = ZoneInfo("Europe/Paris")
OPENING_LOOKS, OPENING_PAUSE = 12, 5
"""How often, and every how many seconds, the page of a space that is opening looks again by itself."""

router = APIRouter(include_in_schema=False)


@router.get("/espace")
async def to_home() -> Response:
    """The address without its slash."""
    return RedirectResponse("/espace/", 308)


@router.get("/espace/")
async def home(request: Request, visit: SignedInVisit, vue: Annotated[str, Query(max_length=4)] = "") -> Response:
    """The person's home page; ``vue`` counts the looks while the space is opening."""
    pages: Pages = request.app.state.pages
    found = await load_home(visit.work.session, visit.who.person_id, datetime.now(PARIS).date())
    if found is None:
        return _opening(request, pages, int(vue) if vue.isascii() and vue.isdigit() else 0)
    space = found.space
    name = polite_name(space.civility, space.given_name, space.family_name)
    return pages.render(request, "espace.html", home=found, name=name)


def _opening(request: Request, pages: Pages, looks: int) -> Response:
    """EmailConfirmed is still on its way: signing in may be faster than the event.

    200, not 503: nothing has failed, the page is the right answer, and a 5xx would count as an outage of the service.
    The page is loaded again by a header rather than by ``<meta http-equiv="refresh">``, and not for ever: endless
    reloading keeps screen readers from reading (WCAG 2.2.1, F41).
    """
    page = pages.render(request, "ouverture.html", waiting=looks < OPENING_LOOKS)
    if looks < OPENING_LOOKS:
        page.headers["Refresh"] = f"{OPENING_PAUSE}; url=/espace/?vue={looks + 1}"
    return page
