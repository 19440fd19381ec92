"""Terms of use."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from activation.parts import parts_of
from activation.terms import current_terms

router = APIRouter(include_in_schema=False)


@router.get("/conditions")
async def conditions(request: Request) -> Response:
    """The terms that are accepted now."""
    return parts_of(request).pages.render(request, "conditions.html", terms=current_terms())
