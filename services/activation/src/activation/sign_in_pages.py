"""« J’accède à mon compte »: signing in and out."""

from datetime import datetime
from typing import Annotated, ClassVar
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, sessions
from activation.cookies import Cookie
from activation.local_path import local_path
from activation.parts import parts_of
from activation.password_rules import LONGEST, TOO_LONG
from activation.recovery.notices import FROZEN
from activation.security_settings.arrival import Arrived
from activation.security_settings.browser import browser_of
from activation.sign_in import Blocked, Frozen, SecondFactorAsked, Unconfirmed, Wrong, sign_in
from activation.waiting import too_many
from shared.web.forms import WHOLE_FORM, Form, MaxLength, Parsed, Required, Untouched, blank, read_form
from shared.web.posted_form import guarded_form

router = APIRouter(include_in_schema=False)

SECOND_STEP = "/connexion/verification"
NO_MATCH = "L’identifiant ou le mot de passe ne correspond pas"
ONLY_RECOVERY = "Trop d’essais. Pour retrouver l’accès à votre compte, suivez «\u00a0Mot de passe oublié\u00a0?\u00a0»"
NOTICES = {
    "expiree": "Vous avez été déconnecté après 15\u00a0minutes sans activité. Connectez-vous pour reprendre.",
    "deconnexion": "Vous êtes déconnecté.",
    "reprise": "La vérification a pris plus de 10\u00a0minutes, ou il y a eu trop d’essais. Connectez-vous à nouveau.",
    "mot-de-passe": "Votre mot de passe est changé. Connectez-vous avec le nouveau.",
}
CLEARED = '"cache", "storage"'
"""Not "cookies": it would also take those of the mutual's other sites; ours are taken back one by one."""


class SignInForm(Form):
    """The identifier is not checked as an address: a wrong one is answered like any other."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"password"})

    email: Annotated[
        str,
        Required("Saisissez votre identifiant (adresse électronique)"),
        MaxLength(254, "L’identifiant doit comporter 254 caractères ou moins"),
    ]
    password: Annotated[
        str,
        Untouched(),
        Required("Saisissez votre mot de passe"),
        MaxLength(LONGEST, TOO_LONG),
    ]


@router.get("/connexion")
async def show(request: Request, suite: str = "") -> Response:
    """The form; who is signed in already goes on to the space."""
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        signed_in = await sessions.find(work, cookies.read(request, Cookie.SESSION))
    if signed_in is not None:
        return RedirectResponse(local_path(suite), 303)
    notice = next((text for name, text in NOTICES.items() if name in request.query_params), "")
    return _page(request, blank(SignInForm), suite, notice=notice)


@router.post("/connexion")
async def send(request: Request) -> Response:
    """Sign in; the form comes from here or from the site's home page."""
    data = await read_form(request)
    form, suite = await guarded_form(request, SignInForm, data), data.get("suite", "")
    if form.value is None:
        return _page(request, form, suite, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    earlier = cookies.read(request, Cookie.SESSION)
    outcome = await sign_in(parts, form.value.email, form.value.password, earlier, browser_of(request))
    if isinstance(outcome, Arrived):
        return signed_in(outcome, suite)
    if isinstance(outcome, SecondFactorAsked):
        return _onwards(address_with(SECOND_STEP, suite), Cookie.SECOND_STEP, outcome.step)
    if isinstance(outcome, Unconfirmed):
        return _onwards("/compte/cree", Cookie.RECEIPT, outcome.receipt)
    return _refused(request, form, suite, outcome)


@router.post("/deconnexion")
async def leave(request: Request) -> Response:
    """Sign out. An old form does it too: ``CrossSiteGuard`` keeps other sites away, and leaving must always work."""
    async with parts_of(request).database.unit_of_work() as work:
        await sessions.end(work, cookies.read(request, Cookie.SESSION))
    response = RedirectResponse("/connexion?deconnexion=1", 303, {"Clear-Site-Data": CLEARED})
    cookies.drop(response, *cookies.MEMBERS)
    return response


def _onwards(address: str, cookie: Cookie, value: str) -> Response:
    response = RedirectResponse(address, 303)
    cookies.put(response, cookie, value)
    return response


def signed_in(arrived: Arrived, suite: str) -> Response:
    """To the page that was wanted, with the cookies of the new session and of the browser alone."""
    response = RedirectResponse(local_path(suite), 303)
    cookies.put(response, Cookie.SESSION, arrived.session)
    cookies.put(response, Cookie.DEVICE, arrived.device)
    cookies.drop(response, Cookie.RECEIPT, Cookie.LINK, Cookie.SECOND_STEP)
    return response


def _page(request: Request, form: Parsed[SignInForm], suite: str, status: int = 200, *, notice: str = "") -> Response:
    wanted = local_path(suite) if suite else ""
    return parts_of(request).pages.render(request, "connexion.html", status, form=form, suite=wanted, notice=notice)


def _refused(request: Request, form: Parsed[SignInForm], suite: str, outcome: Frozen | Wrong | Blocked) -> Response:
    if isinstance(outcome, Frozen):
        return parts_of(request).pages.render(request, "notice.html", 403, **FROZEN)
    if isinstance(outcome, Blocked):
        return _blocked(request, form, suite, outcome.until)
    return _page(request, form.refuse(WHOLE_FORM, NO_MATCH), suite, 422)


def _blocked(request: Request, form: Parsed[SignInForm], suite: str, until: datetime | None) -> Response:
    message, headers = too_many(until, ONLY_RECOVERY)
    response = _page(request, form.refuse(WHOLE_FORM, message), suite, 429)
    response.headers.update(headers)
    return response


def sign_in_address(wanted: str, *, expired: bool) -> str:
    """Where to send a browser that has to sign in before it sees ``wanted``."""
    return f"{address_with('/connexion', wanted)}{'&expiree=1' if expired else ''}"


def address_with(page: str, wanted: str) -> str:
    """A page of signing in that goes on to ``wanted``."""
    return f"{page}?suite={quote(local_path(wanted), safe='/')}"
