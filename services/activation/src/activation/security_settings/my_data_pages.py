"""One's data of the account to take along; the space gives its own (``/espace/profil/export``, which leads here)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from activation.journal import Kind, note
from activation.parts import parts_of
from activation.security_settings.my_data import document
from activation.visit import visiting

router = APIRouter(include_in_schema=False)

PAGE = "/espace/profil/export"
"""Where who is to prove their password comes back to: an answer that is a file leaves the page as it was."""


@router.get("/compte/securite/mes-donnees.json")
async def my_data(request: Request) -> Response:
    """Everything, once the password was proved a moment ago; the journal says that it was taken."""
    visit = await visiting(request, PAGE, proved=True)
    if isinstance(visit, Response):
        return visit
    async with parts_of(request).database.unit_of_work() as work:
        note(work, Kind.DATA_EXPORTED, visit.account)
        await work.session.flush()
        told = await document(work, visit.account)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="mon-compte-{work.now:%Y-%m-%d}.json"',
    }
    return Response(told, headers=headers, media_type="application/json")
