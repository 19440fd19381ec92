"""« Activer mon compte » and « Votre compte est créé »."""

from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, receipts, resend
from activation.activate import Blocked, Created, activate
from activation.activation_form import ActivationForm
from activation.cookies import Cookie
from activation.masked_address import masked
from activation.parts import parts_of
from activation.secret_question import QUESTIONS
from activation.waiting import too_many
from shared.web.client_address import client_address, network_of
from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Parsed, blank, parse, read_form
from shared.web.french import polite_name

router = APIRouter(include_in_schema=False)

SENT_AGAIN = "Un nouveau courriel est parti."
TOO_EARLY = "Un courriel vient de partir. Attendez 3\u00a0minutes avant d’en demander un autre."


@router.get("/compte/activer")
async def show_form(request: Request) -> Response:
    """The empty form."""
    return _form(request, blank(ActivationForm))


@router.post("/compte/activer")
async def send_form(request: Request) -> Response:
    """Activate; on errors the page again, everything kept but the new passwords."""
    data = await read_form(request)
    form = parse(ActivationForm, data)
    guarded = await guard(request, data)
    if isinstance(guarded, Expired):
        return _form(request, form.refuse(WHOLE_FORM, guarded.message), 422)
    if form.value is None:
        return _form(request, form, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    network = network_of(client_address(request))
    outcome = await activate(parts, form.value, guarded.submission_id, network)
    if isinstance(outcome, Created):
        response = RedirectResponse("/compte/cree", 303)
        cookies.put(response, Cookie.RECEIPT, outcome.receipt)
        return response
    if isinstance(outcome, Blocked):
        return _blocked(request, form, outcome.until)
    return _form(request, form.refuse(outcome.field, outcome.message), 422)


@router.get("/compte/cree")
async def show_created(request: Request, renvoi: str = "") -> Response:
    """What to do now; only for the browser that activated, or that signed in before confirming."""
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        receipt = await receipts.find(work, cookies.read(request, Cookie.RECEIPT))
    if receipt is None:
        return RedirectResponse("/compte/activer", 303)
    return parts.pages.render(
        request,
        "cree.html",
        name=polite_name(receipt.civility, receipt.given_name, receipt.family_name),
        address=masked(receipt.email),
        status={"parti": SENT_AGAIN, "attendre": TOO_EARLY}.get(renvoi, ""),
    )


@router.post("/compte/cree")
async def send_again(request: Request) -> Response:
    """Have the confirmation link sent again."""
    if isinstance(await guard(request, await read_form(request)), Expired):
        return RedirectResponse("/compte/cree", 303)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    sent = await resend.by_receipt(parts, cookies.read(request, Cookie.RECEIPT))
    if sent is None:
        return RedirectResponse("/compte/activer", 303)
    return RedirectResponse(f"/compte/cree?renvoi={'parti' if sent else 'attendre'}", 303)


def _form(request: Request, form: Parsed[ActivationForm], status: int = 200) -> Response:
    return parts_of(request).pages.render(request, "activer.html", status, form=form, questions=list(QUESTIONS.items()))


def _blocked(request: Request, form: Parsed[ActivationForm], until: datetime) -> Response:
    message, headers = too_many(until, many="Trop d’essais avec ce numéro")
    response = _form(request, form.refuse(WHOLE_FORM, message), 429)
    response.headers.update(headers)
    return response
