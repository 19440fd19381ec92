"""« Choisissez votre mot de passe »: what the provisional password opens, and nothing else before."""

from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies
from activation.cookies import Cookie
from activation.local_path import DESK_HOME
from activation.new_password_fields import NEVER_RESHOWN, NewPassword, NewPasswordAgain
from activation.parts import parts_of
from activation.staff import sessions
from activation.staff.addresses import CHOOSE_PASSWORD, SIGN_IN
from activation.staff.models import StaffAccount
from activation.staff.own_password import Chosen, Refused, choose
from shared.web.forms import (
    Form,
    Parsed,
    blank,
)
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)


class OwnPasswordForm(Form):
    """The new password, twice."""

    never_reshown: ClassVar[frozenset[str]] = NEVER_RESHOWN

    password: NewPassword
    password_confirmation: NewPasswordAgain


@router.get(CHOOSE_PASSWORD)
async def show(request: Request) -> Response:
    """The form, for who has to choose."""
    account = await _account(request)
    if account is None or not account.must_change_password:
        return _to_where_they_belong(account)
    return _page(request, blank(OwnPasswordForm))


@router.post(CHOOSE_PASSWORD)
async def send(request: Request) -> Response:
    """Choose it, and go on to the desk."""
    account = await _account(request)
    if account is None or not account.must_change_password:
        return _to_where_they_belong(account)
    form = await posted_form(request, OwnPasswordForm)
    if form.value is None:
        return _page(request, form, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    outcome = await choose(parts, account, form.value.password)
    if isinstance(outcome, Refused):
        return _page(request, form.refuse("password", outcome.message), 422)
    if not isinstance(outcome, Chosen):
        return RedirectResponse(SIGN_IN, 303)
    response = RedirectResponse(DESK_HOME, 303)
    cookies.put(response, Cookie.STAFF_SESSION, outcome.session)
    return response


async def _account(request: Request) -> StaffAccount | None:
    async with parts_of(request).database.unit_of_work() as work:
        found = await sessions.find(work, cookies.read(request, Cookie.STAFF_SESSION))
    return found.account if found else None


def _to_where_they_belong(account: StaffAccount | None) -> Response:
    return RedirectResponse(SIGN_IN if account is None else DESK_HOME, 303)


def _page(request: Request, form: Parsed[OwnPasswordForm], status: int = 200) -> Response:
    return parts_of(request).pages.render(request, "gestion-mot-de-passe.html", status, form=form)
