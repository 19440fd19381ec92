"""``/compte/securite/mot-de-passe``: another password, proved by the present one."""

from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies
from activation.cookies import Cookie
from activation.new_password_fields import NEVER_RESHOWN, NewPassword, NewPasswordAgain
from activation.parts import parts_of
from activation.password_rules import LONGEST, TOO_LONG
from activation.security_settings.browser import browser_of
from activation.security_settings.overview_pages import PAGE as OVERVIEW
from activation.security_settings.password_change import Changed, Refused, change
from activation.sign_in import Blocked
from activation.sign_in_pages import ONLY_RECOVERY, sign_in_address
from activation.step_up import Gone
from activation.visit import visiting
from activation.waiting import too_many
from shared.web.forms import (
    WHOLE_FORM,
    Form,
    MaxLength,
    Parsed,
    Required,
    Untouched,
    blank,
)
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/securite/mot-de-passe"


class PasswordForm(Form):
    """The password of now, and the one to come."""

    never_reshown: ClassVar[frozenset[str]] = NEVER_RESHOWN | {"current"}

    current: Annotated[
        str, Untouched(), Required("Saisissez votre mot de passe actuel"), MaxLength(LONGEST, TOO_LONG),
    ]  # fmt: skip
    password: NewPassword
    password_confirmation: NewPasswordAgain


@router.get(PAGE)
async def show(request: Request) -> Response:
    """The empty form. No proof beforehand: the form asks for it."""
    visit = await visiting(request, PAGE)
    return visit if isinstance(visit, Response) else _page(request, blank(PasswordForm))


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Change it; this session goes on, the others end."""
    visit = await visiting(request, PAGE)
    if isinstance(visit, Response):
        return visit
    form = await posted_form(request, PasswordForm)
    if form.value is None:
        return _page(request, form, 422)
    parts, token = parts_of(request), cookies.read(request, Cookie.SESSION)
    await parts.address_limit.let_pass(request)
    return _answer(
        request, form, await change(parts, token, form.value.current, form.value.password, browser_of(request))
    )  # fmt: skip


def _answer(request: Request, form: Parsed[PasswordForm], outcome: Changed | Refused | Blocked | Gone) -> Response:
    if isinstance(outcome, Gone):
        return RedirectResponse(sign_in_address(PAGE, expired=True), 303)
    if isinstance(outcome, Blocked):
        return _blocked(request, form, outcome.until)
    if isinstance(outcome, Refused):
        return _page(request, form.refuse(outcome.field, outcome.message), 422)
    response = RedirectResponse(f"{OVERVIEW}?fait=mot-de-passe", 303)
    cookies.put(response, Cookie.SESSION, outcome.session)
    cookies.put(response, Cookie.DEVICE, outcome.device)
    return response


def _page(request: Request, form: Parsed[PasswordForm], status: int = 200) -> Response:
    return parts_of(request).pages.render(request, "securite/mot-de-passe.html", status, form=form)


def _blocked(request: Request, form: Parsed[PasswordForm], until: datetime | None) -> Response:
    message, headers = too_many(until, ONLY_RECOVERY)
    response = _page(request, form.refuse(WHOLE_FORM, message), 429)
    response.headers.update(headers)
    return response
