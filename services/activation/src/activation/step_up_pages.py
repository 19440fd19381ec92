"""« Confirmez que c’est bien vous »: asked by a page that goes on only with a password proved a moment ago."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, sessions
from activation.cookies import Cookie
from activation.local_path import local_path
from activation.parts import parts_of
from activation.security_settings.browser import browser_of
from activation.sign_in import Blocked
from activation.sign_in_pages import ONLY_RECOVERY, sign_in_address
from activation.step_up import Gone, Proved, prove
from activation.waiting import retry_after, wait_in_words
from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Form, MaxLength, Parsed, Required, Untouched, blank, parse, read_form

router = APIRouter(include_in_schema=False)

PAGE = "/connexion/confirmer"
NO_MATCH = "Ce mot de passe n’est pas le vôtre. Vérifiez-le et recommencez"


class ProofForm(Form):
    """The password of now."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"password"})

    password: Annotated[
        str,
        Untouched(),
        Required("Saisissez votre mot de passe"),
        MaxLength(128, "Le mot de passe doit comporter 128 caractères ou moins"),
    ]


@router.get(PAGE)
async def show(request: Request, suite: str = "") -> Response:
    """The form; who is not signed in signs in, which proves as much."""
    async with parts_of(request).database.unit_of_work() as work:
        found = await sessions.find(work, cookies.read(request, Cookie.SESSION))
    if found is None:
        return RedirectResponse(sign_in_address(suite, expired=False), 303)
    return _page(request, blank(ProofForm), suite)


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Prove it, and go back to the page that asked."""
    data = await read_form(request)
    form, suite = parse(ProofForm, data), data.get("suite", "")
    guarded = await guard(request, data)
    if isinstance(guarded, Expired):
        return _page(request, form.refuse(WHOLE_FORM, guarded.message), suite, 422)
    if form.value is None:
        return _page(request, form, suite, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    outcome = await prove(parts, cookies.read(request, Cookie.SESSION), form.value.password, browser_of(request))
    if isinstance(outcome, Proved):
        response = RedirectResponse(local_path(suite), 303)
        cookies.put(response, Cookie.SESSION, outcome.session)
        return response
    if isinstance(outcome, Gone):
        return RedirectResponse(sign_in_address(suite, expired=True), 303)
    if isinstance(outcome, Blocked):
        return _blocked(request, form, suite, outcome.until)
    return _page(request, form.refuse("password", NO_MATCH), suite, 422)


def _page(request: Request, form: Parsed[ProofForm], suite: str, status: int = 200) -> Response:
    return parts_of(request).pages.render(
        request, "connexion-confirmer.html", status, form=form, suite=local_path(suite)
    )  # fmt: skip


def _blocked(request: Request, form: Parsed[ProofForm], suite: str, until: datetime | None) -> Response:
    now = datetime.now(UTC)
    if until is None:
        return _page(request, form.refuse(WHOLE_FORM, ONLY_RECOVERY), suite, 429)
    response = _page(
        request, form.refuse(WHOLE_FORM, f"Trop d’essais. Réessayez dans {wait_in_words(until, now)}"), suite, 429
    )  # fmt: skip
    response.headers.update(retry_after(until, now))
    return response
