"""``/espace/situation``: reporting a change of situation."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.cases import member_pages
from member_space.cases.report import Report, receive, show_form
from member_space.cases.rules import Kind
from member_space.situation.situation_form import SituationForm, form_offering
from shared.web.forms import blank

router = APIRouter(include_in_schema=False)


def details(offered: Mapping[str, str], form: SituationForm) -> dict[str, Any]:
    """What the case keeps, the situation's words included."""
    assert form.since is not None  # noqa: S101 - the form requires it
    return {
        "situation": form.situation, "words": offered[form.situation], "since": form.since.isoformat(),
        "until": form.until.isoformat() if form.until else "", "precision": form.precision,
    }  # fmt: skip


def report_offering(offered: Mapping[str, str]) -> Report:
    """The report with these situations (key → words); kept as ``app.state.situation_report``."""
    return Report(
        Kind.SITUATION, "/situation", "situation.html", "Signaler un changement de situation", form_offering(offered),
        partial(details, offered), {"situations": offered},
    )  # fmt: skip


@router.get("/situation")
async def form(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> Response:
    """The form, and earlier reports."""
    report: Report = request.app.state.situation_report
    return await show_form(request, visit, report, blank(report.form_class))


@router.post("/situation")
async def send(request: Request, visit: Annotated[SpaceVisit, may(Action.REPORT)]) -> Response:
    """A step of the report."""
    return await receive(request, visit, request.app.state.situation_report)


@router.get("/situation/{reference}")
async def one(request: Request, reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> Response:
    """One report."""
    return await member_pages.show_case(request, visit, Kind.SITUATION, reference, "/situation")


@router.get("/situation/{reference}/fichiers/{file_id}")
async def file(reference: str, file_id: UUID, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> Response:
    """A file that was sent along."""
    return await member_pages.send_file(visit, Kind.SITUATION, reference, file_id)
