"""« Créer de nouveaux codes de secours »: in the place of those that were lost, used or read by others."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.parts import parts_of
from activation.second_factor import factors
from activation.second_factor.changes import make_codes
from activation.second_factor.overview_pages import show_codes
from activation.second_factor.policy import OVERVIEW, offered
from activation.visit import visiting
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form

router = APIRouter(include_in_schema=False, dependencies=[Depends(offered)])

PAGE = f"{OVERVIEW}/codes"


@router.get(PAGE)
async def show(request: Request) -> Response:
    """What becomes of the old ones."""
    visit = await visiting(request, PAGE, proved=True)
    if isinstance(visit, Response):
        return visit
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        has = await factors.of(work, visit.account.id)
    if not has.count:
        return RedirectResponse(OVERVIEW, 303)
    return parts.pages.render(
        request, "double-verification-nouveaux-codes.html", opened=visit.opened, left=has.codes_left
    )


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Make them. A form sent twice makes them twice: those that are shown last are good."""
    data = await read_form(request)
    visit = await visiting(request, PAGE, proved=True)
    if isinstance(visit, Response):
        return visit
    if isinstance(await guard(request, data), Expired):
        return RedirectResponse(PAGE, 303)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    codes = await make_codes(parts, visit)
    return RedirectResponse(OVERVIEW, 303) if codes is None else show_codes(request, codes, first=False)
