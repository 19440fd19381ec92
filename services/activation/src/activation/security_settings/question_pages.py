"""``/compte/securite/question``: another secret question, after a fresh proof. The answer of now is never shown."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation.activation_form import SecretAnswer
from activation.parts import parts_of
from activation.secret_question import QUESTIONS
from activation.security_settings.browser import browser_of
from activation.security_settings.overview_pages import PAGE as OVERVIEW
from activation.security_settings.question_change import Refused, Saved, TooMany, change
from activation.sign_in import Blocked
from activation.sign_in_pages import ONLY_RECOVERY, sign_in_address
from activation.step_up import Gone
from activation.visit import Visit, visiting
from activation.waiting import too_many
from shared.web.forms import WHOLE_FORM, Form, Matches, Parsed, Required, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/securite/question"
TOO_MANY = "Votre question secrète a déjà changé trop souvent aujourd’hui. Réessayez demain"


class QuestionForm(Form):
    """As in « Activer mon compte »."""

    secret_question: Annotated[
        str,
        Required("Choisissez une question secrète"),
        Matches(QUESTIONS.__contains__, "Choisissez une question de la liste"),
    ]
    secret_answer: Annotated[str, Required("Saisissez votre réponse"), SecretAnswer()]


@router.get(PAGE)
async def show(request: Request) -> Response:
    """The question of now and the empty form."""
    visit = await visiting(request, PAGE, proved=True)
    return visit if isinstance(visit, Response) else _page(request, visit, blank(QuestionForm))


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Change it."""
    visit = await visiting(request, PAGE, proved=True)
    if isinstance(visit, Response):
        return visit
    form = await posted_form(request, QuestionForm)
    if form.value is None:
        return _page(request, visit, form, 422)
    parts, given = parts_of(request), form.value
    await parts.address_limit.let_pass(request)
    outcome = await change(
        parts, visit.account, visit.session.id, given.secret_question, given.secret_answer, browser_of(request)
    )
    return _answer(request, visit, form, outcome)


def _answer(
    request: Request, visit: Visit, form: Parsed[QuestionForm], outcome: Saved | Refused | TooMany | Blocked | Gone
) -> Response:
    if isinstance(outcome, Gone):
        return RedirectResponse(sign_in_address(PAGE, expired=True), 303)
    if isinstance(outcome, Refused):
        return _page(request, visit, form.refuse("secret_answer", outcome.message), 422)
    if isinstance(outcome, TooMany):
        return _page(request, visit, form.refuse(WHOLE_FORM, TOO_MANY), 429)
    if isinstance(outcome, Blocked):
        message, headers = too_many(outcome.until, ONLY_RECOVERY)
        response = _page(request, visit, form.refuse(WHOLE_FORM, message), 429)
        response.headers.update(headers)
        return response
    return RedirectResponse(f"{OVERVIEW}?fait=question", 303)


def _page(request: Request, visit: Visit, form: Parsed[QuestionForm], status: int = 200) -> Response:
    return parts_of(request).pages.render(
        request, "securite/question.html", status, form=form, opened=visit.opened, questions=list(QUESTIONS.items()),
        present=QUESTIONS.get(visit.account.secret_question, ""),
    )  # fmt: skip
