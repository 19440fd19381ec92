"""« Ajouter une clé d’accès »: the browser makes it, we keep its public key."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from activation.parts import Parts, parts_of
from activation.second_factor import passkeys
from activation.second_factor.changes import Added, NewNamedPasskey, TooMany, add
from activation.second_factor.forms import PasskeyForm
from activation.second_factor.overview_pages import after_adding
from activation.second_factor.policy import OVERVIEW, offered
from activation.second_factor.web_authentication import creation_options, made, relying_party
from activation.visit import Visit, visiting
from shared.web.forms import WHOLE_FORM, Parsed, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False, dependencies=[Depends(offered)])

PAGE = f"{OVERVIEW}/cle"
NO_ANSWER = "Activez JavaScript, puis utilisez le bouton «\u00a0Créer la clé d’accès\u00a0»"
NOT_MADE = "La clé d’accès n’a pas pu être enregistrée. Recommencez"
KEPT_ALREADY = "Cette clé d’accès est déjà enregistrée. Utilisez-en une autre"
TOO_MANY = f"Vous avez déjà {passkeys.AT_MOST}\u00a0clés d’accès. Retirez-en une avant d’en ajouter une autre"


@router.get(PAGE)
async def show(request: Request) -> Response:
    """Its name, and what the browser is asked for."""
    visit = await visiting(request, PAGE, proved=True, enrols=True)
    if isinstance(visit, Response):
        return visit
    return await _page(request, visit, blank(PasskeyForm, others="oui"))


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Keep what the browser has made for this page, once."""
    visit = await visiting(request, PAGE, proved=True, enrols=True)
    if isinstance(visit, Response):
        return visit
    form = await posted_form(request, PasskeyForm)
    if form.value is None:
        return await _page(request, visit, form, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    outcome = await _add(parts, visit, form.value)
    if isinstance(outcome, str):
        return await _page(request, visit, form.refuse(WHOLE_FORM, outcome), 422)
    return after_adding(request, outcome.codes)


async def _add(parts: Parts, visit: Visit, form: PasskeyForm) -> Added | str:
    """Or what is wrong, in words."""
    if not form.passkey:
        return NO_ANSWER
    async with parts.database.unit_of_work() as work:
        challenge = await passkeys.take_challenge(work, visit.session.id)
    new = made(relying_party(parts.public_url), form.passkey, challenge) if challenge else None
    if new is None:
        return NOT_MADE
    outcome = await add(parts, visit, NewNamedPasskey(form.name, new), end_others=form.others)
    if isinstance(outcome, Added):
        return outcome
    return TOO_MANY if isinstance(outcome, TooMany) else KEPT_ALREADY


async def _page(request: Request, visit: Visit, form: Parsed[PasskeyForm], status: int = 200) -> Response:
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        known = await passkeys.of(work, visit.account.id)
        challenge = await passkeys.challenge(work, visit.session.id)
    options = creation_options(relying_party(parts.public_url), visit.account, known, challenge)
    return parts.pages.render(
        request, "double-verification-cle.html", status, form=form, opened=visit.opened, options=options
    )
