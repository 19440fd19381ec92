"""``/espace/api/v1/openapi.json``."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.api_description import describe

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def openapi(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_API)]) -> JSONResponse:  # noqa: ARG001 - lets in
    """The description of the API: the same for everybody who is signed in."""
    state = request.app.state
    if not hasattr(state, "api_description"):
        state.api_description = describe(request.app)
    return JSONResponse(state.api_description, headers={"Cache-Control": "no-store"})
