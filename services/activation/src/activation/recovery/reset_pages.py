"""The pages behind the link of the mail: the secret question, then a new password. Reading them changes nothing.

The token leaves the address bar at once, for a short-lived cookie, as in ``confirmation_pages``.
"""

from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, link_rows, mail_links
from activation.cookies import Cookie
from activation.models import Account, ResetToken
from activation.parts import parts_of
from activation.recovery import new_password, secret_answer
from activation.recovery.notices import ONLY_LETTER, RESET
from activation.recovery.reset_forms import AnswerForm, PasswordForm
from activation.recovery.reset_rules import Link, link_state, may_choose
from activation.secret_question import QUESTIONS
from activation.security_settings.browser import browser_of
from activation.session_answers import without_ended_session
from activation.waiting import too_many
from shared.security.tokens import token_digest
from shared.web.csrf import Expired, guard, visitor_of
from shared.web.forms import WHOLE_FORM, Parsed, blank, parse, read_form
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)

PASSWORD = "/compte/mot-de-passe/nouveau"  # noqa: S105 (an address)
QUESTION = "/compte/mot-de-passe/question"
WRONG = "Cette réponse ne correspond pas à celle que vous aviez choisie. "


@router.api_route(PASSWORD, methods=["GET", "HEAD"])
async def show_password(request: Request) -> Response:
    """With a token in the address: keep it and come back without. Then the form, its question first, or why there is none."""
    if mail_links.FIELD in request.query_params:
        return mail_links.keep(PASSWORD, Cookie.RESET, request.query_params[mail_links.FIELD])
    state, answered, _ = await _looked_up(request)
    if state is not Link.OPEN:
        return parts_of(request).pages.render(request, "notice.html", **RESET[state])
    return _password_page(request, blank(PasswordForm)) if answered else RedirectResponse(QUESTION, 303)


@router.post(PASSWORD)
async def send_password(request: Request) -> Response:
    """Take the new password. Nobody is signed in by it."""
    data = await read_form(request)
    form = parse(PasswordForm, data)
    guarded = await guard(request, data)
    parts = parts_of(request)
    token, visitor = cookies.read(request, Cookie.RESET), _visitor(request)
    if isinstance(guarded, Expired) or form.value is None:
        state, answered, _ = await _looked_up(request)
        if state is not Link.OPEN or not answered:
            return RedirectResponse(PASSWORD, 303)
        return _password_page(request, form if guarded.ok else form.refuse(WHOLE_FORM, guarded.message), 422)
    await parts.address_limit.let_pass(request)
    outcome = await new_password.choose(
        parts, token, visitor, form.value.password, guarded.submission_id, browser_of(request)
    )
    if isinstance(outcome, new_password.Refused):
        return _password_page(request, form.refuse("password", outcome.message), 422)
    if isinstance(outcome, new_password.NoLink):
        return RedirectResponse(PASSWORD, 303)
    response = RedirectResponse("/connexion?mot-de-passe=1", 303)
    if outcome.device:
        cookies.put(response, Cookie.DEVICE, outcome.device)
    return await without_ended_session(request, response)


@router.get(QUESTION)
async def show_question(request: Request) -> Response:
    """The question, for who has the link and has not answered in this browser."""
    state, answered, question = await _looked_up(request)
    if state is not Link.OPEN or answered:
        return RedirectResponse(PASSWORD, 303)
    return _question_page(request, blank(AnswerForm), question)


@router.post(QUESTION)
async def send_answer(request: Request) -> Response:
    """Check the answer."""
    form = await posted_form(request, AnswerForm)
    parts = parts_of(request)
    state, answered, question = await _looked_up(request)
    if state is not Link.OPEN or answered:
        return RedirectResponse(PASSWORD, 303)
    if form.value is None:
        return _question_page(request, form, question, 422)
    await parts.address_limit.let_pass(request)
    token = cookies.read(request, Cookie.RESET)
    outcome = await secret_answer.answer(parts, token, form.value.secret_answer, _visitor(request))
    if isinstance(outcome, secret_answer.Blocked):
        return _blocked(request, form, question, outcome.until)
    if isinstance(outcome, secret_answer.Wrong) and outcome.left:
        tries = "Il vous reste 1\u00a0essai" if outcome.left == 1 else f"Il vous reste {outcome.left}\u00a0essais"
        return _question_page(request, form.refuse("secret_answer", WRONG + tries), question, 422)
    return RedirectResponse(PASSWORD, 303)


async def _looked_up(request: Request) -> tuple[Link, bool, str]:
    """What the browser's link is good for, whether this browser gave the answer, and the question."""
    async with parts_of(request).database.unit_of_work() as work:
        link = await link_rows.find(work, ResetToken, cookies.read(request, Cookie.RESET))
        state = link_state(link, work.now)
        if link is None or state is not Link.OPEN:
            return state, False, ""
        account = await work.session.get_one(Account, link.account_id)
        return state, may_choose(link, _visitor(request), work.now), QUESTIONS.get(account.secret_question, "")


def _visitor(request: Request) -> bytes:
    return token_digest(visitor_of(request))


def _password_page(request: Request, form: Parsed[PasswordForm], status: int = 200) -> Response:
    return parts_of(request).pages.render(request, "nouveau-mot-de-passe.html", status, form=form)


def _question_page(request: Request, form: Parsed[AnswerForm], question: str, status: int = 200) -> Response:
    return parts_of(request).pages.render(request, "question-secrete.html", status, form=form, question=question)


def _blocked(request: Request, form: Parsed[AnswerForm], question: str, until: datetime | None) -> Response:
    if until is None:
        return parts_of(request).pages.render(request, "notice.html", 429, **ONLY_LETTER)
    message, headers = too_many(until, many="Trop de réponses fausses")
    response = _question_page(request, form.refuse(WHOLE_FORM, message), question, 429)
    response.headers.update(headers)
    return response
