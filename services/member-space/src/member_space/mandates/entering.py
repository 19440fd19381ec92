"""``/espace/pour/{mandate_id}/``: the way into a granted space, which has no home page."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.scopes import WORDS, Scope
from member_space.access.space_visit import SpaceVisit, may
from member_space.frame import SECTIONS, show

router = APIRouter(include_in_schema=False)


@router.get("/")
async def enter(request: Request, visit: Annotated[SpaceVisit, may(Action.ENTER)]) -> Response:
    """To the first section that the mandate opens; a page that says so when there is none."""
    first = next((section for section in SECTIONS if visit.may(section.action)), None)
    if first is not None:
        return RedirectResponse(f"{visit.base}{first.path}", 303)
    allowed = [WORDS[scope] for scope in Scope if scope in visit.scopes]
    return show(request, visit, "acces-delegue.html", allowed=allowed)
