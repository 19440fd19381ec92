"""``/compte/securite``: « Sécurité de mon compte »."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from activation.parts import parts_of
from activation.security_settings import overview
from activation.visit import visiting

router = APIRouter(include_in_schema=False)

PAGE = "/compte/securite"
DONE = {
    "mot-de-passe": "Votre mot de passe est changé. Toutes vos autres connexions sont fermées.",
    "question": "Votre question secrète est enregistrée.",
}


@router.get(PAGE)
async def show(request: Request, fait: str = "") -> Response:
    """The present state, and where it is changed."""
    visit = await visiting(request, PAGE)
    if isinstance(visit, Response):
        return visit
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        facts = await overview.load(work, visit.account)
    offers = parts.second_factor != "off"
    return parts.pages.render(
        request, "securite/apercu.html", account=visit.account, facts=facts, offers_second_factor=offers,
        done=DONE.get(fait, ""),
    )  # fmt: skip
