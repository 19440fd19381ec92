"""``/espace/pour/{mandate_id}/``: the way into a granted space, which has no home page."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.frame import SECTIONS

router = APIRouter(include_in_schema=False)


@router.get("/")
async def enter(visit: Annotated[SpaceVisit, may(Action.ENTER)]) -> Response:
    """To the first section that the mandate opens: every scope opens one."""
    first = next(section for section in SECTIONS if visit.may(section.action))
    return RedirectResponse(f"{visit.base}{first.path}", 303)
