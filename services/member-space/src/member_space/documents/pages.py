"""``/espace/documents``: what is asked for, and where each request is."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.cases import member_pages, queries
from member_space.cases.filing import TooManyCasesError, file_case
from member_space.cases.rules import Kind
from member_space.documents.document_form import DocumentForm
from member_space.documents.kinds import DOCUMENTS
from member_space.documents.made_at_once import MADE_AT_ONCE, contracts_of_today
from member_space.frame import show
from member_space.place import Place
from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Parsed, blank, parse, read_form

router = APIRouter(include_in_schema=False)


@router.get("/documents")
async def listing(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_DOCUMENTS)]) -> Response:
    """The requests with their documents, and the form for another."""
    return await _page(request, visit, blank(DocumentForm))


@router.post("/documents")
async def ask(request: Request, visit: Annotated[SpaceVisit, may(Action.ASK_DOCUMENT)]) -> Response:
    """Ask for one."""
    data = await read_form(request)
    form = parse(DocumentForm, data)
    guarded = await guard(request, data)
    if isinstance(guarded, Expired):
        return await _page(request, visit, form.refuse(WHOLE_FORM, guarded.message), 422)
    if form.value is None:
        return await _page(request, visit, form, 422)
    try:
        reference = await file_case(visit, Kind.DOCUMENT, form.value.model_dump(), (), guarded.submission_id)
    except TooManyCasesError as refusal:
        return await _page(request, visit, form.refuse(WHOLE_FORM, refusal.words), refusal.status)
    return RedirectResponse(f"{visit.base}/documents/{reference}?envoye=oui", 303)


@router.get("/documents/{reference}")
async def one(request: Request, reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_DOCUMENTS)]) -> Response:
    """One request."""
    return await member_pages.show_case(request, visit, Kind.DOCUMENT, reference, "/documents")


@router.get("/documents/{reference}/fichiers/{file_id}")
async def file(reference: str, file_id: UUID, visit: Annotated[SpaceVisit, may(Action.DOWNLOAD_DOCUMENT)]) -> Response:
    """The document."""
    return await member_pages.send_file(visit, Kind.DOCUMENT, reference, file_id)


async def _page(request: Request, visit: SpaceVisit, form: Parsed[DocumentForm], status: int = 200) -> Response:
    after = Place.read(request.query_params.get("apres", ""))
    page = await queries.page(visit.work.session, visit.subject, Kind.DOCUMENT, after)
    files = await queries.attached(visit.work.session, *(case.id for case in page.cases))
    contracts = await contracts_of_today(visit.work.session, visit.subject, visit.today)
    return show(
        request, visit, "documents.html", status, form=form, page=page, after=after, files=files, documents=DOCUMENTS,
        made_at_once=MADE_AT_ONCE if contracts else (),
    )  # fmt: skip
