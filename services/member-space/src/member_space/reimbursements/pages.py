"""``/espace/remboursements``: list, décompte, totals, and both as files."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.frame import show
from member_space.reimbursements import queries, statement_of_payments
from member_space.reimbursements.csv_file import write_csv
from member_space.reimbursements.cursor import Cursor
from member_space.reimbursements.filters import Filters
from member_space.reimbursements.kinds import KINDS
from member_space.reimbursements.totals import Totals, chart, months
from member_space.spool import sent
from shared.web.problem import Problem

router = APIRouter(include_in_schema=False)


@router.get("/remboursements")
async def listing(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_REIMBURSEMENTS)]) -> Response:
    """The list, narrowed by ``beneficiaire``, ``periode`` and ``nature``; ``apres`` or ``avant`` a line."""
    session, asked = visit.work.session, request.query_params
    choices = await queries.choices(session, visit.subject)
    filters = choices.read(asked)
    after, before = Cursor.read(asked.get("apres", "")), Cursor.read(asked.get("avant", ""))
    page = await queries.page(session, visit.subject, filters, visit.today, after=after, before=before)
    if before is not None and page.newer is None:
        # the newest page is reached going back: it is filled up, and has one address only
        return RedirectResponse(f"{visit.base}/remboursements{filters.query}", 303)
    return show(
        request, visit, "remboursements.html", page=page, filters=filters, choices=choices, kinds=KINDS,
    )  # fmt: skip


@router.get("/remboursements.csv")
async def as_csv(request: Request, visit: Annotated[SpaceVisit, may(Action.DOWNLOAD_REIMBURSEMENTS)]) -> Response:
    """Every line of the list as it is narrowed."""
    filters = await _filters(request, visit)
    file = await write_csv(queries.every_line(visit.work.session, visit.subject, filters, visit.today))
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="remboursements.csv"'}
    return StreamingResponse(sent(file), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/remboursements.pdf")
async def as_pdf(request: Request, visit: Annotated[SpaceVisit, may(Action.DOWNLOAD_REIMBURSEMENTS)]) -> Response:
    """The same on paper, when that is of a length that somebody reads."""
    filters = await _filters(request, visit)
    lines = await queries.newest(
        visit.work.session, visit.subject, filters, visit.today, statement_of_payments.MOST + 1
    )
    if len(lines) > statement_of_payments.MOST:
        return show(request, visit, "remboursements-trop.html", 422, most=statement_of_payments.MOST, filters=filters)
    return statement_of_payments.document(visit, filters, lines)


@router.get("/remboursements/totaux")
async def totals(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_TOTALS)]) -> Response:
    """Totals by year, and the months of one of them, drawn and in a table."""
    session = visit.work.session
    choices = await queries.choices(session, visit.subject)
    filters = choices.read(request.query_params)
    within = Filters(filters.beneficiary, "", filters.kind)
    by_year = await queries.totals_by_year(session, visit.subject, within, visit.today)
    asked = request.query_params.get("annee", "")
    year = next((one for one in by_year if str(one) == asked), max(by_year, default=visit.today.year))
    by_month = await queries.totals_by_month(session, visit.subject, within, visit.today, year)
    return show(
        request, visit, "remboursements-totaux.html", by_year=by_year, year=year, months=months(by_month),
        chart=chart(by_month), none=Totals(), filters=within, choices=choices, kinds=KINDS,
    )  # fmt: skip


@router.get("/remboursements/{statement}")
async def one(request: Request, statement: str, visit: Annotated[SpaceVisit, may(Action.SEE_STATEMENT)]) -> Response:
    """One décompte, line by line."""
    lines = await queries.statement(visit.work.session, visit.subject, statement)
    if not lines:
        raise Problem(404)
    return show(request, visit, "decompte.html", statement=statement, lines=lines, kinds=KINDS)


async def _filters(request: Request, visit: SpaceVisit) -> Filters:
    return (await queries.choices(visit.work.session, visit.subject)).read(request.query_params)
