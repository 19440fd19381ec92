"""``/espace/profil``: what we hold, and one's data to take along."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.routing import iter_route_contexts
from starlette.responses import Response, StreamingResponse

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.access.step_up import require_proof
from member_space.frame import show
from member_space.profile.closure import waiting
from member_space.profile.export import spooled
from member_space.profile.facts import load_facts, masked
from member_space.spool import sent
from shared.printing.tagged_pdf import PdfResponse
from shared.web.french import polite_name

EXPORT = "/espace/profil/export"
"""Who is to prove their password again comes back here: an answer that is a file leaves the page as it was."""

router = APIRouter(include_in_schema=False)


@router.get("/profil")
async def profile(
    request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_PROFILE)], adresse: str = ""
) -> Response:
    """Everything at a glance; ``adresse=entiere`` shows the e-mail address in full."""
    return show(
        request, visit, "profil/profil.html", facts=await load_facts(visit), whole=adresse == "entiere",
        email=visit.space.email if adresse == "entiere" else masked(visit.space.email),
        pages=_pages(request), closure=await waiting(visit.work.session, visit.subject),
    )  # fmt: skip


@router.get("/profil/export")
async def export(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_PROFILE)]) -> Response:
    """What is in the two files; once the password was proved again."""
    require_proof(visit, EXPORT)
    return show(request, visit, "profil/export.html", facts=await load_facts(visit))


@router.get("/profil/export.json")
async def as_json(visit: Annotated[SpaceVisit, may(Action.EXPORT_DATA)]) -> Response:
    """Everything, for programs."""
    require_proof(visit, EXPORT)
    visit.done("json")
    file = await spooled(visit.work, visit.subject)
    return StreamingResponse(sent(file), headers=_headers(visit, "json"), media_type="application/json")


@router.get("/profil/export.pdf")
async def as_pdf(request: Request, visit: Annotated[SpaceVisit, may(Action.EXPORT_DATA)]) -> Response:
    """A summary to read; noted once it is made, which takes longer than this request's transaction."""
    require_proof(visit, EXPORT)
    facts, space = await load_facts(visit), visit.space
    context = {
        "name": f"{space.given_name} {space.family_name}",
        "polite": polite_name(space.civility, space.given_name, space.family_name),
        "space": space.model_dump(), "day": visit.today,
        "contracts": [one.model_dump() for one in facts.contracts],
        "beneficiaries": [one.model_dump() for one in facts.beneficiaries],
        "holdings": [(one.part.title, one.count, one.part.kept.value) for one in facts.holdings],
        "elsewhere": facts.elsewhere,
    }  # fmt: skip

    async def noted() -> None:
        async with request.app.state.database.unit_of_work() as work:
            replace(visit, work=work).done("pdf")

    name = f"mes-donnees-{visit.today:%Y-%m-%d}.pdf"
    return PdfResponse(name, "member_space", "profil/donnees.html", context, made=noted)


def _headers(visit: SpaceVisit, extension: str) -> dict[str, str]:
    name = f"mes-donnees-{visit.today:%Y-%m-%d}.{extension}"
    return {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}


def _pages(request: Request) -> frozenset[str]:
    """The addresses that lead somewhere: a link is shown to those only."""
    return frozenset(route.path or "" for route in iter_route_contexts(request.app.routes))
