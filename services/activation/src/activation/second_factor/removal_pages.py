"""« Retirer »: a passkey or the application, after the password once more."""

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.parts import parts_of
from activation.second_factor import factors
from activation.second_factor.changes import remove
from activation.second_factor.factors import Factors
from activation.second_factor.forms import RemovalForm
from activation.second_factor.policy import OVERVIEW, offered
from activation.visit import Visit, visiting
from shared.web.forms import WHOLE_FORM, Parsed, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False, dependencies=[Depends(offered)])

LAST = "La double vérification est obligatoire\u00a0: ajoutez un autre moyen avant de retirer celui-ci"
THE_APPLICATION = "l’application d’authentification"


@router.get(f"{OVERVIEW}/application/retirer")
async def show_application(request: Request) -> Response:
    """What it means."""
    return await _show(request, None)


@router.post(f"{OVERVIEW}/application/retirer")
async def send_application(request: Request) -> Response:
    """Do it."""
    return await _send(request, None)


@router.get(OVERVIEW + "/cle/{passkey_id}/retirer")
async def show_passkey(request: Request, passkey_id: UUID) -> Response:
    """What it means."""
    return await _show(request, passkey_id)


@router.post(OVERVIEW + "/cle/{passkey_id}/retirer")
async def send_passkey(request: Request, passkey_id: UUID) -> Response:
    """Do it."""
    return await _send(request, passkey_id)


async def _show(request: Request, passkey_id: UUID | None) -> Response:
    visit = await visiting(request, request.url.path, proved=True)
    if isinstance(visit, Response):
        return visit
    return await _page(request, visit, passkey_id, blank(RemovalForm, others="oui"))


async def _send(request: Request, passkey_id: UUID | None) -> Response:
    visit = await visiting(request, request.url.path, proved=True)
    if isinstance(visit, Response):
        return visit
    form = await posted_form(request, RemovalForm)
    if form.value is None:
        return await _page(request, visit, passkey_id, form, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    if not await remove(parts, visit, passkey_id, end_others=form.value.others):
        return await _page(request, visit, passkey_id, form.refuse(WHOLE_FORM, LAST), 422)
    return RedirectResponse(f"{OVERVIEW}?retrait=1", 303)


async def _page(
    request: Request, visit: Visit, passkey_id: UUID | None, form: Parsed[RemovalForm], status: int = 200
) -> Response:
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        has = await factors.of(work, visit.account.id)
    name = _name(has, passkey_id)
    if not name:  # removed already, or never the account's
        return RedirectResponse(OVERVIEW, 303)
    return parts.pages.render(
        request, "double-verification-retirer.html", status, form=form, opened=visit.opened, name=name,
        last=has.count == 1,
    )  # fmt: skip


def _name(has: Factors, passkey_id: UUID | None) -> str:
    if passkey_id is None:
        return THE_APPLICATION if has.application else ""
    return next((f"la clé d’accès «\u00a0{one.name}\u00a0»" for one in has.passkeys if one.id == passkey_id), "")
