"""The home page of a space, and the page that waits for one to open."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.signed_in import SignedInVisit
from member_space.access.space_visit import OPENING, SpaceVisit, may
from member_space.cases.rules import KIND_WORDS
from member_space.frame import show
from member_space.home import load_home
from member_space.spaces.models import Space
from shared.web.pages import Pages

OPENING_LOOKS, OPENING_PAUSE = 12, 5
"""How often, and every how many seconds, the page of a space that is opening looks again by itself."""

router = APIRouter(include_in_schema=False)


@router.get("/espace")
async def to_home() -> Response:
    """The address without its slash."""
    return RedirectResponse("/espace/", 308)


@router.get("/espace/")
async def home(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_HOME)]) -> Response:
    """The person's home page."""
    found = await load_home(visit.work.session, visit.subject, visit.today)
    return show(request, visit, "espace.html", home=found, case_kinds=KIND_WORDS)


@router.get(OPENING)
async def opening(request: Request, visit: SignedInVisit, vue: Annotated[str, Query(max_length=4)] = "") -> Response:
    """EmailConfirmed is still on its way: signing in may be faster than the event. ``vue`` counts the looks.

    200, not 503: nothing has failed, the page is the right answer, and a 5xx would count as an outage of the service.
    The page is loaded again by a header rather than by ``<meta http-equiv="refresh">``, and not for ever: endless
    reloading keeps screen readers from reading (WCAG 2.2.1, F41).
    """
    if await visit.work.session.get(Space, visit.who.person_id) is not None:
        return RedirectResponse("/espace/", 303)
    pages: Pages = request.app.state.pages
    looks = int(vue) if vue.isascii() and vue.isdigit() else 0
    page = pages.render(request, "ouverture.html", waiting=looks < OPENING_LOOKS)
    if looks < OPENING_LOOKS:
        page.headers["Refresh"] = f"{OPENING_PAUSE}; url={OPENING}?vue={looks + 1}"
    return page
