"""« Confirmez que c’est bien vous »: asked by a page that goes on only with a password proved a moment ago."""

from typing import Annotated, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, sessions
from activation.cookies import Cookie
from activation.local_path import local_path
from activation.parts import parts_of
from activation.password_rules import LONGEST, TOO_LONG
from activation.second_factor.forms import NO_CODE, PasskeyAnswer
from activation.second_factor.proofs import Answer, answer_of
from activation.second_factor.verification import CodesBlocked
from activation.second_factor.verification_pages import ONLY_LETTER, TOO_MANY_CODES, wrong
from activation.security_settings.browser import browser_of
from activation.sign_in import Blocked, Wrong
from activation.sign_in_pages import ONLY_RECOVERY, sign_in_address
from activation.step_up import WRONG_PASSWORD, AnswerMissing, Gone, Proved, WrongAnswer, asked, prove
from activation.typed_code import AnyCode
from activation.visit import PROOF_PAGE as PAGE
from activation.waiting import too_many
from shared.web.forms import WHOLE_FORM, Form, MaxLength, Parsed, Required, Untouched, blank, read_form
from shared.web.posted_form import guarded_form

router = APIRouter(include_in_schema=False)


class ProofForm(Form):
    """The password of now; and one of the others, where the account has a second factor."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"password", "code", "passkey"})

    password: Annotated[
        str,
        Untouched(),
        Required("Saisissez votre mot de passe"),
        MaxLength(LONGEST, TOO_LONG),
    ]
    passkey: PasskeyAnswer
    code: Annotated[str, AnyCode()]


@router.get(PAGE)
async def show(request: Request, suite: str = "") -> Response:
    """The form; who is not signed in signs in, which proves as much."""
    async with parts_of(request).database.unit_of_work() as work:
        found = await sessions.find(work, cookies.read(request, Cookie.SESSION))
    if found is None:
        return RedirectResponse(sign_in_address(suite, expired=False), 303)
    return await _page(request, blank(ProofForm), suite)


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Prove it, and go back to the page that asked."""
    data = await read_form(request)
    form, suite = await guarded_form(request, ProofForm, data), data.get("suite", "")
    if form.value is None:
        return await _page(request, form, suite, 422)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    answer = answer_of(form.value.code, form.value.passkey)
    token = cookies.read(request, Cookie.SESSION)
    outcome = await prove(parts, token, form.value.password, browser_of(request), answer)
    if isinstance(outcome, Proved):
        response = RedirectResponse(local_path(suite), 303)
        cookies.put(response, Cookie.SESSION, outcome.session)
        return response
    if isinstance(outcome, Gone):
        return RedirectResponse(sign_in_address(suite, expired=True), 303)
    if isinstance(outcome, Blocked):
        said = too_many(outcome.until, ONLY_RECOVERY)
        if isinstance(outcome, CodesBlocked):
            said = too_many(outcome.until, ONLY_LETTER, many=TOO_MANY_CODES)
        return await _blocked(request, form, suite, *said)
    return await _page(request, _refused(form, outcome, answer), suite, 422)


def _refused(
    form: Parsed[ProofForm], outcome: Wrong | WrongAnswer | AnswerMissing, answer: Answer
) -> Parsed[ProofForm]:
    if isinstance(outcome, AnswerMissing):
        return form.refuse("code", NO_CODE)
    if isinstance(outcome, WrongAnswer):
        return wrong(form, answer)
    return form.refuse("password", WRONG_PASSWORD)


async def _page(request: Request, form: Parsed[ProofForm], suite: str, status: int = 200) -> Response:
    parts = parts_of(request)
    means = await asked(parts, cookies.read(request, Cookie.SESSION))
    return parts.pages.render(
        request, "connexion-confirmer.html", status, form=form, suite=local_path(suite), means=means
    )


async def _blocked(
    request: Request, form: Parsed[ProofForm], suite: str, message: str, headers: dict[str, str]
) -> Response:
    response = await _page(request, form.refuse(WHOLE_FORM, message), suite, 429)
    response.headers.update(headers)
    return response
