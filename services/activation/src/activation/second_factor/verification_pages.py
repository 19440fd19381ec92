"""« Vérifiez que c’est bien vous »: what a sign-in still waits for when the password was right."""

from datetime import datetime

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies
from activation.cookies import Cookie
from activation.local_path import local_path
from activation.parts import parts_of
from activation.second_factor import recovery_code
from activation.second_factor.forms import NO_CODE, F, VerificationForm
from activation.second_factor.policy import offered
from activation.second_factor.proofs import NO_ANSWER, Answer, answer_of
from activation.second_factor.verification import CodesBlocked, StepOver, asked, verify
from activation.security_settings.arrival import Arrived
from activation.security_settings.browser import browser_of
from activation.sign_in_pages import SECOND_STEP, address_with, signed_in
from activation.waiting import too_many
from shared.web.forms import WHOLE_FORM, Parsed, blank, read_form
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False, dependencies=[Depends(offered)])

WRONG_CODE = "Ce code n’est pas le bon, ou a déjà servi. Vérifiez-le, ou attendez le suivant"
WRONG_RECOVERY_CODE = "Ce code de secours n’est pas le bon, ou a déjà servi. Vérifiez-le, ou prenez-en un autre"
WRONG_PASSKEY = "La vérification par clé d’accès n’a pas abouti. Recommencez, ou saisissez un code"
TOO_MANY_CODES = "Trop d’essais avec un code"
ONLY_LETTER = f"{TOO_MANY_CODES}. Utilisez votre clé d’accès si vous en avez une, ou demandez un courrier de secours"


@router.get(SECOND_STEP)
async def show(request: Request, suite: str = "") -> Response:
    """What the account has, to choose from."""
    return await _page(request, blank(VerificationForm), suite)


@router.post(SECOND_STEP)
async def send(request: Request) -> Response:
    """Look at the answer."""
    form, suite = await posted_form(request, VerificationForm), (await read_form(request)).get("suite", "")
    answer = answer_of(form.value.code, form.value.passkey) if form.value else NO_ANSWER
    if not answer:
        return await _page(request, form.refuse("code", NO_CODE) if form.value else form, suite, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    token, earlier = cookies.read(request, Cookie.SECOND_STEP), cookies.read(request, Cookie.SESSION)
    outcome = await verify(parts, token, answer, earlier, browser_of(request))
    if isinstance(outcome, Arrived):
        return signed_in(outcome, suite)
    if isinstance(outcome, StepOver):
        return _over(suite)
    if isinstance(outcome, CodesBlocked):
        return await _blocked(request, form, suite, outcome.until)
    return await _page(request, wrong(form, answer), suite, 422)


def wrong(form: Parsed[F], answer: Answer) -> Parsed[F]:
    """What is said of a wrong answer: each kind has another way on."""
    if answer.passkey:
        return form.refuse(WHOLE_FORM, WRONG_PASSKEY)
    return form.refuse("code", WRONG_RECOVERY_CODE if len(answer.code) == recovery_code.LENGTH else WRONG_CODE)


async def _page(request: Request, form: Parsed[VerificationForm], suite: str, status: int = 200) -> Response:
    parts = parts_of(request)
    means = await asked(parts, cookies.read(request, Cookie.SECOND_STEP))
    if means is None:
        return _over(suite)
    return parts.pages.render(
        request, "connexion-verification.html", status, form=form, suite=local_path(suite), means=means
    )


async def _blocked(request: Request, form: Parsed[VerificationForm], suite: str, until: datetime | None) -> Response:
    message, headers = too_many(until, ONLY_LETTER, many=TOO_MANY_CODES)
    response = await _page(request, form.refuse(WHOLE_FORM, message), suite, 429)
    response.headers.update(headers)
    return response


def _over(suite: str) -> Response:
    response = RedirectResponse(f"{address_with('/connexion', suite)}&reprise=1", 303)
    cookies.drop(response, Cookie.SECOND_STEP)
    return response
