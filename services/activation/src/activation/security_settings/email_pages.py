"""``/compte/securite/adresse``: another address, asked for after a fresh proof; or the one that waits to be confirmed."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.parts import parts_of
from activation.security_settings import email_change
from activation.security_settings.browser import browser_of
from activation.security_settings.email_change import Outcome
from activation.visit import Visit, visiting
from shared.web.csrf import Expired, guard
from shared.web.forms import (
    WHOLE_FORM,
    EmailAddress,
    Form,
    Parsed,
    Required,
    SameAs,
    address_key,
    blank,
    read_form,
)
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/securite/adresse"
STATE = f"{PAGE}/suivi"
OWN = "C’est déjà l’adresse de votre compte"
TOO_MANY = "Trop de courriels sont partis aujourd’hui pour changer d’adresse. Réessayez demain"
TOO_EARLY = "Un courriel vient de partir à cette adresse. Attendez 3\u00a0minutes avant d’en demander un autre"
TOLD = {
    "parti": "Un nouveau courriel est parti.",
    "attendre": "Un courriel vient de partir. Attendez 3\u00a0minutes avant d’en demander un autre.",
    "demain": f"{TOO_MANY}.",
    "abandon": "Le changement d’adresse est abandonné.",
}
_REFUSED = {
    Outcome.OWN: ("email", OWN, 422),
    Outcome.TOO_EARLY: ("email", TOO_EARLY, 429),
    Outcome.TOO_MANY: (WHOLE_FORM, TOO_MANY, 429),
}
_SENT_AGAIN = {Outcome.ASKED: "parti", Outcome.TOO_EARLY: "attendre", Outcome.TOO_MANY: "demain"}


class AddressForm(Form):
    """As in « Activer mon compte »."""

    email: Annotated[EmailAddress, Required("Saisissez votre nouvelle adresse électronique")]
    email_confirmation: Annotated[
        EmailAddress,
        Required("Confirmez votre nouvelle adresse électronique"),
        SameAs("email", "Les deux adresses électroniques doivent être identiques", key=address_key),
    ]


@router.get(PAGE)
async def show(request: Request) -> Response:
    """The empty form; while a change waits, what is to be done about that one."""
    visit = await visiting(request, PAGE)
    if isinstance(visit, Response):
        return visit
    if await _waits(request, visit):
        return RedirectResponse(STATE, 303)
    visit = await visiting(request, PAGE, proved=True)
    return visit if isinstance(visit, Response) else _page(request, visit, blank(AddressForm))


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Have it confirmed from there. The answer is the same for an address that is another person's."""
    visit = await visiting(request, PAGE, proved=True)
    if isinstance(visit, Response):
        return visit
    form = await posted_form(request, AddressForm)
    if form.value is None:
        return _page(request, visit, form, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    outcome = await email_change.ask(
        parts, visit.account.id, visit.session.id, form.value.email, browser_of(request).label
    )
    if outcome in _REFUSED:
        field, message, status = _REFUSED[outcome]
        return _page(request, visit, form.refuse(field, message), status)
    return RedirectResponse(STATE, 303)


@router.get(STATE)
async def state(request: Request, suite: str = "") -> Response:
    """The change that waits, or that none does any longer."""
    visit = await visiting(request, STATE)
    if isinstance(visit, Response):
        return visit
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        waiting = await email_change.pending(work, visit.account.id)
    return parts.pages.render(
        request, "securite/adresse-suivi.html", account=visit.account, waiting=waiting, told=TOLD.get(suite, "")
    )  # fmt: skip


@router.post(STATE)
async def act(request: Request) -> Response:
    """Have the link sent again, or give the change up."""
    visit = await visiting(request, STATE)
    if isinstance(visit, Response):
        return visit
    data = await read_form(request)
    if isinstance(await guard(request, data), Expired):
        return RedirectResponse(STATE, 303)
    parts = parts_of(request)
    if data.get("action") == "abandonner":
        async with parts.database.unit_of_work() as work:
            await email_change.give_up(work, visit.account.id)
        return RedirectResponse(f"{STATE}?suite=abandon", 303)
    await parts.address_limit.let_pass(request)
    outcome = await email_change.send_again(parts, visit.account.id, visit.session.id)
    return RedirectResponse(f"{STATE}?suite={_SENT_AGAIN.get(outcome, '')}", 303)


async def _waits(request: Request, visit: Visit) -> bool:
    async with parts_of(request).database.unit_of_work() as work:
        return await email_change.pending(work, visit.account.id) is not None


def _page(request: Request, visit: Visit, form: Parsed[AddressForm], status: int = 200) -> Response:
    return parts_of(request).pages.render(
        request, "securite/adresse.html", status, form=form, opened=visit.opened, present=visit.account.email
    )  # fmt: skip
