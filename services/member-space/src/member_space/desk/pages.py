"""The desk's home page."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from member_space.desk.frame import show
from member_space.desk.staff_visit import ForAllStaff
from member_space.desk.waiting import waiting_for

router = APIRouter(include_in_schema=False)


@router.get("/gestion")
async def to_home(_: ForAllStaff) -> Response:
    """The address without its slash."""
    return RedirectResponse("/gestion/", 308)


@router.get("/gestion/")
async def home(request: Request, visit: ForAllStaff) -> Response:
    """Who is there, what waits for them, and what they may open."""
    return show(request, visit, "gestion/accueil.html", waiting=await waiting_for(visit))
