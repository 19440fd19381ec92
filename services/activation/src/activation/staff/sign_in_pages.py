"""The way into the desk: signing in and out."""

from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies
from activation.cookies import Cookie
from activation.parts import parts_of
from activation.password_rules import LONGEST, TOO_LONG
from activation.sign_in_pages import CLEARED, NOTICES
from activation.staff import sessions
from activation.staff.addresses import SIGN_IN, SIGN_OUT, after_sign_in
from activation.staff.sign_in import Blocked, Opened, sign_in
from activation.typed_code import SixDigits
from activation.waiting import too_many
from shared.web.forms import (
    WHOLE_FORM,
    Form,
    MaxLength,
    Parsed,
    Required,
    Untouched,
    blank,
    read_form,
)
from shared.web.posted_form import guarded_form

router = APIRouter(include_in_schema=False)

NO_MATCH = "L’identifiant, le mot de passe ou le code ne correspond pas"
NO_MATCH_HINT = "Un code ne sert qu’une fois\u00a0: attendez le suivant avant de recommencer"
ONLY_RESET = "Trop d’essais. Demandez à la personne qui gère les comptes de réinitialiser le vôtre"


class StaffSignInForm(Form):
    """The login is not checked as an address: a wrong one is answered like any other."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"password", "code"})

    login: Annotated[
        str,
        Required("Saisissez votre identifiant (adresse électronique professionnelle)"),
        MaxLength(254, "L’identifiant doit comporter 254 caractères ou moins"),
    ]
    password: Annotated[
        str,
        Untouched(),
        Required("Saisissez votre mot de passe"),
        MaxLength(LONGEST, TOO_LONG),
    ]
    code: Annotated[str, Required("Saisissez le code à 6 chiffres de votre application"), SixDigits()]


@router.get(SIGN_IN)
async def show(request: Request, suite: str = "") -> Response:
    """The form; who is signed in already goes on to the desk."""
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, cookies.read(request, Cookie.STAFF_SESSION))
    if found is not None:
        return RedirectResponse(after_sign_in(suite), 303)
    notice = next((text for name, text in NOTICES.items() if name in request.query_params), "")
    return _page(request, blank(StaffSignInForm), suite, notice=notice)


@router.post(SIGN_IN)
async def send(request: Request) -> Response:
    """Sign in."""
    data = await read_form(request)
    form, suite = await guarded_form(request, StaffSignInForm, data), data.get("suite", "")
    if form.value is None:
        return _page(request, form, suite, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    typed, earlier = form.value, cookies.read(request, Cookie.STAFF_SESSION)
    outcome = await sign_in(parts, typed.login, typed.password, typed.code, earlier)
    if isinstance(outcome, Opened):
        response = RedirectResponse(after_sign_in(suite), 303)
        cookies.put(response, Cookie.STAFF_SESSION, outcome.session)
        return response
    if isinstance(outcome, Blocked):
        return _blocked(request, form, suite, outcome.until)
    return _page(request, form.refuse(WHOLE_FORM, f"{NO_MATCH}. {NO_MATCH_HINT}"), suite, 422)


@router.post(SIGN_OUT)
async def leave(request: Request) -> Response:
    """Sign out of the desk, not of a member's space. As there, an old form does it too."""
    async with parts_of(request).database.unit_of_work() as work:
        await sessions.end(work, cookies.read(request, Cookie.STAFF_SESSION))
    response = RedirectResponse(f"{SIGN_IN}?deconnexion=1", 303, {"Clear-Site-Data": CLEARED})
    cookies.drop(response, Cookie.STAFF_SESSION)
    return response


def _page(
    request: Request, form: Parsed[StaffSignInForm], suite: str, status: int = 200, *, notice: str = ""
) -> Response:
    wanted = after_sign_in(suite) if suite else ""
    return parts_of(request).pages.render(
        request, "gestion-connexion.html", status, form=form, suite=wanted, notice=notice
    )


def _blocked(request: Request, form: Parsed[StaffSignInForm], suite: str, until: datetime | None) -> Response:
    message, headers = too_many(until, ONLY_RESET)
    response = _page(request, form.refuse(WHOLE_FORM, message), suite, 429)
    response.headers.update(headers)
    return response
