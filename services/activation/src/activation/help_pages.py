"""What to do when an identifier or a password is forgotten."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from activation.parts import parts_of

router = APIRouter(include_in_schema=False)


@router.get("/compte/identifiant-oublie")
async def forgotten_identifier(request: Request) -> Response:
    """Who can help."""
    return parts_of(request).pages.render(request, "identifiant-oublie.html")


@router.get("/compte/mot-de-passe-oublie")
async def forgotten_password(request: Request) -> Response:
    """Who can help, and when a new letter does."""
    return parts_of(request).pages.render(request, "mot-de-passe-oublie.html")
