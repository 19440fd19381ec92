"""``/espace/journal``: who did what in one's space, the staff and delegates included."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.frame import show
from member_space.journal import queries
from member_space.place import Place

router = APIRouter(include_in_schema=False)


@router.get("/journal")
async def journal(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_JOURNAL)]) -> Response:
    """Newest first; ``avant`` a line."""
    before = Place.read(request.query_params.get("avant", ""))
    page = await queries.page(visit.work.session, visit.subject, before=before)
    return show(request, visit, "journal.html", page=page, further=before is not None)
