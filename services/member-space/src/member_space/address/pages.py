"""``/espace/adresse``: reporting a change of the postal address."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.access.step_up import require_proof
from member_space.address.address_form import AddressForm, lines_of
from member_space.cases import member_pages
from member_space.cases.report import Report, receive, show_form
from member_space.cases.rules import Kind
from shared.web.forms import blank

router = APIRouter(include_in_schema=False)


def details(form: AddressForm) -> dict[str, Any]:
    """What the case keeps."""
    assert form.since is not None  # noqa: S101 - the form requires it
    return {"lines": list(lines_of(form)), "postcode": form.postcode, "since": form.since.isoformat()}


FORM = "/espace/adresse"
REPORT = Report(
    Kind.ADDRESS, "/adresse", "adresse.html", "Signaler un changement d’adresse", AddressForm, details, {}, proof=True
)  # fmt: skip


@router.get("/adresse")
async def form(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> Response:
    """The form, and earlier reports; once the password was proved again, before anything is written."""
    require_proof(visit, FORM)
    return await show_form(request, visit, REPORT, blank(AddressForm))


@router.post("/adresse")
async def send(request: Request, visit: Annotated[SpaceVisit, may(Action.REPORT)]) -> Response:
    """A step of the report."""
    return await receive(request, visit, REPORT)


@router.get("/adresse/{reference}")
async def one(request: Request, reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> Response:
    """One report."""
    return await member_pages.show_case(request, visit, Kind.ADDRESS, reference, "/adresse")


@router.get("/adresse/{reference}/fichiers/{file_id}")
async def file(reference: str, file_id: UUID, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> Response:
    """A file that was sent along."""
    return await member_pages.send_file(visit, Kind.ADDRESS, reference, file_id)
