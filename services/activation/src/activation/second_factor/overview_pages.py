"""« Double vérification »: what the account has, and what may be done about it."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.parts import parts_of
from activation.second_factor import factors
from activation.second_factor.policy import OVERVIEW, offered
from activation.second_factor.recovery_code import FEW
from activation.second_factor.recovery_codes import FreshCodes, shown
from activation.visit import visiting

router = APIRouter(include_in_schema=False, dependencies=[Depends(offered)])

NOTICES = {
    "ajout": "C’est fait\u00a0: nous vous demanderons cette vérification à votre prochaine connexion.",
    "retrait": "C’est fait\u00a0: ce moyen de vérification est retiré.",
}


@router.get(OVERVIEW)
async def show(request: Request) -> Response:
    """The account's own, whoever asks."""
    visit = await visiting(request, OVERVIEW, enrols=True)
    if isinstance(visit, Response):
        return visit
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        has = await factors.of(work, visit.account.id)
    required = parts.second_factor == "required"
    notice = next((text for name, text in NOTICES.items() if name in request.query_params), "")
    return parts.pages.render(
        request, "double-verification.html", has=has, required=required, few=FEW, notice=notice
    )  # fmt: skip


def after_adding(request: Request, codes: FreshCodes | None) -> Response:
    """The codes, this once; or the overview where they were made before."""
    if codes is None:
        return RedirectResponse(f"{OVERVIEW}?ajout=1", 303)
    return show_codes(request, codes, first=True)


def show_codes(request: Request, codes: FreshCodes, *, first: bool) -> Response:
    """The only page that ever holds them: no address leads to it again."""
    return parts_of(request).pages.render(
        request, "double-verification-codes.html", codes=shown(codes), first=first
    )  # fmt: skip
