"""``/espace/api/v1``: document requests, reports of address and situation, as JSON."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.access.step_up import refuse_unproved
from member_space.address.address_form import LONGEST_TOWN, AddressForm
from member_space.address.pages import details as address_details
from member_space.cases import member_pages, queries
from member_space.cases.filing import file_case
from member_space.cases.models import Case
from member_space.cases.rules import Kind, State
from member_space.cases.summaries import SUMMARIES
from member_space.choices import Choice, choices
from member_space.documents.document_form import LONGEST_PRECISION, DocumentForm
from member_space.documents.kinds import DOCUMENTS
from member_space.files.downloading import FILE
from member_space.place import Place
from member_space.place_parameter import After
from shared.contracts.postal_line import LONGEST_LINE
from shared.web.forms import parse
from shared.web.problem import Problem

AddressLine = Annotated[str, Field(max_length=LONGEST_LINE)]

router = APIRouter(tags=["cases"])
own_router = APIRouter(tags=["cases"])


class FileOfCase(BaseModel):
    """A file of a case. ``from_desk``: the document that was asked for."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    kind: str
    size: int
    from_desk: bool


class CaseView(BaseModel):
    """A request or report, and where it is. ``expired``: its document is there no longer. ``summary``: label and text, as the
    pages show them."""

    reference: str
    kind: Kind
    state: State
    filed_at: datetime
    answered_at: datetime | None
    reason: str
    words: str
    available_until: date | None
    expired: bool
    summary: list[tuple[str, str]]
    files: list[FileOfCase]


class CaseViews(BaseModel):
    """A page, newest first. ``older`` is for ``after``; null at the end."""

    cases: list[CaseView]
    older: str | None


class Filed(BaseModel):
    """What was filed is found by its reference."""

    reference: str


class DocumentRequest(BaseModel):
    """A document of the list, with what ought to be known about it."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    submission_id: UUID
    """Made by the caller: the same again files nothing more."""
    document: Literal[*DOCUMENTS]  # type: ignore[valid-type]
    precision: Annotated[str, Field(max_length=LONGEST_PRECISION)] = ""
    """Needed with `autre`."""


class AddressReport(BaseModel):
    """A new postal address in France; lines of 38 characters at most."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    submission_id: UUID
    complement: AddressLine = ""
    street: Annotated[AddressLine, Field(min_length=1)]
    place: AddressLine = ""
    postcode: Annotated[str, Field(pattern="^[0-9]{5}$")]
    town: Annotated[str, Field(min_length=1, max_length=LONGEST_TOWN)]
    """With this postcode, in the list of French communes; or a CEDEX."""
    since: date
    """First day there, within a year: the desk accepts the report on that day at the earliest."""


class SituationReport(BaseModel):
    """A change of situation."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    submission_id: UUID
    situation: Annotated[str, Field(min_length=1, max_length=40)]
    """Key of `/situation-kinds`."""
    since: date
    """Within a year."""
    until: date | None = None
    """Within ten years."""
    precision: Annotated[str, Field(max_length=LONGEST_PRECISION)] = ""


Size = Annotated[int, Query(ge=1, le=200)]
UNPROVED: dict[int | str, dict[str, Any]] = {
    403: {
        "description": "The password was proved more than five minutes ago: confirm it in the browser, "
        "at `/connexion/confirmer`."
    }
}


@router.get("/documents")
async def documents(
    visit: Annotated[SpaceVisit, may(Action.SEE_DOCUMENTS)], after: After | None = None, size: Size = queries.MOST
) -> CaseViews:
    """A page of the requests for documents."""
    return await _views(visit, Kind.DOCUMENT, after, size)


@router.post("/documents", status_code=201)
async def ask(asked: DocumentRequest, visit: Annotated[SpaceVisit, may(Action.ASK_DOCUMENT)]) -> Filed:
    """Ask for a document."""
    form = _checked(DocumentForm, asked)
    return Filed(reference=await file_case(visit, Kind.DOCUMENT, form.model_dump(), (), asked.submission_id))


@router.get("/documents/{reference}")
async def document(reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_DOCUMENTS)]) -> CaseView:
    """One request."""
    return await _one(visit, Kind.DOCUMENT, reference)


@router.get("/documents/{reference}/files/{file_id}", response_class=Response, responses=FILE)
async def document_file(
    reference: str, file_id: UUID, visit: Annotated[SpaceVisit, may(Action.DOWNLOAD_DOCUMENT)]
) -> Response:
    """A file of a request, as it is."""
    return await member_pages.send_file(visit, Kind.DOCUMENT, reference, file_id)


@own_router.get("/addresses")
async def addresses(
    visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)], after: After | None = None, size: Size = queries.MOST
) -> CaseViews:
    """A page of the reported changes of address."""
    return await _views(visit, Kind.ADDRESS, after, size)


@own_router.post("/addresses", status_code=201, responses=UNPROVED)
async def report_address(asked: AddressReport, visit: Annotated[SpaceVisit, may(Action.REPORT)]) -> Filed:
    """Report a change of address: within five minutes after signing in, or after confirming the password again on the pages."""
    refuse_unproved(visit)
    details = address_details(_checked(AddressForm, asked))
    return Filed(reference=await file_case(visit, Kind.ADDRESS, details, (), asked.submission_id))


@own_router.get("/addresses/{reference}")
async def address(reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> CaseView:
    """One report."""
    return await _one(visit, Kind.ADDRESS, reference)


@own_router.get("/addresses/{reference}/files/{file_id}", response_class=Response, responses=FILE)
async def address_file(
    reference: str, file_id: UUID, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]
) -> Response:
    """A file that was sent along, as it is."""
    return await member_pages.send_file(visit, Kind.ADDRESS, reference, file_id)


@own_router.get("/situations")
async def situations(
    visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)], after: After | None = None, size: Size = queries.MOST
) -> CaseViews:
    """A page of the reported changes of situation."""
    return await _views(visit, Kind.SITUATION, after, size)


@own_router.post("/situations", status_code=201)
async def report_situation(
    request: Request, asked: SituationReport, visit: Annotated[SpaceVisit, may(Action.REPORT)]
) -> Filed:
    """Report a change of situation."""
    report = request.app.state.situation_report
    details = report.details(_checked(report.form_class, asked))
    return Filed(reference=await file_case(visit, Kind.SITUATION, details, (), asked.submission_id))


@own_router.get("/situation-kinds")
async def situation_kinds(
    request: Request,
    visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)],  # noqa: ARG001 - lets in
) -> list[Choice]:
    """The changes of situation that can be reported."""
    return choices(request.app.state.situation_report.context["situations"])


@own_router.get("/situations/{reference}")
async def situation(reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]) -> CaseView:
    """One report."""
    return await _one(visit, Kind.SITUATION, reference)


@own_router.get("/situations/{reference}/files/{file_id}", response_class=Response, responses=FILE)
async def situation_file(
    reference: str, file_id: UUID, visit: Annotated[SpaceVisit, may(Action.SEE_REPORTS)]
) -> Response:
    """A file that was sent along, as it is."""
    return await member_pages.send_file(visit, Kind.SITUATION, reference, file_id)


def _checked(form_class: Any, asked: BaseModel) -> Any:
    """The same rules as the page's form.

    Raises:
        Problem: 422 with the page's words, in French.
    """
    given: dict[str, str] = {}
    for name, value in asked.model_dump(exclude={"submission_id"}).items():
        if isinstance(value, date):
            given |= {
                f"{name}_day": str(value.day),
                f"{name}_month": str(value.month),
                f"{name}_year": f"{value.year:04}",
            }
        elif value is not None:
            given[name] = value
    form = parse(form_class, given)
    if form.value is None:
        raise Problem(422, detail=" ".join(f"{message}." for message in form.errors.values()))
    return form.value


async def _views(visit: SpaceVisit, kind: Kind, after: str | None, size: int) -> CaseViews:
    session = visit.work.session
    page = await queries.page(session, visit.subject, kind, Place.read(after or ""), size)
    files = await queries.attached(session, *(case.id for case in page.cases))
    cases = [_view(case, files[case.id], visit.today) for case in page.cases]
    return CaseViews(cases=cases, older=str(page.next) if page.next else None)


async def _one(visit: SpaceVisit, kind: Kind, reference: str) -> CaseView:
    case = await queries.by_reference(visit.work.session, visit.subject, kind, reference)
    if case is None:
        raise Problem(404)
    return _view(case, (await queries.attached(visit.work.session, case.id))[case.id], visit.today)


def _view(case: Case, files: list[queries.Attached], today: date) -> CaseView:
    return CaseView(
        reference=case.reference, kind=Kind(case.kind), state=State(case.state), filed_at=case.filed_at,
        answered_at=case.answered_at, reason=case.reason, words=case.words, available_until=case.available_until,
        expired=case.is_over(today), summary=SUMMARIES[Kind(case.kind)](case.details),
        files=[FileOfCase.model_validate(file) for file in files],
    )  # fmt: skip
