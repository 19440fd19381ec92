"""``/espace/garanties``."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.contracts.queries import of_today
from member_space.frame import show
from member_space.guarantees.guarantee_table import arrange
from member_space.guarantees.queries import current_lines

router = APIRouter(include_in_schema=False)


@router.get("/garanties")
async def table(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_GUARANTEES)]) -> Response:
    """The table of guarantees with the person's own columns marked."""
    contracts = await of_today(visit.work.session, visit.subject, visit.today)
    lines = await current_lines(visit.work.session, visit.today)
    return show(request, visit, "garanties.html", table=arrange(lines, contracts), contracts=contracts)
