"""``/espace/questions``: the threads of a space, a new question, one thread and its attachments."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.frame import show
from member_space.place import Place
from member_space.questions import attachments, threads, writing
from member_space.questions.forms import AskForm, ReplyForm, with_topic
from member_space.questions.models import Question
from member_space.questions.reading import read
from member_space.questions.rules import DAILY_LIMIT, DELAY
from member_space.questions.unread import unread
from member_space.questions.written import Written, author_in_space
from shared.web.forms import WHOLE_FORM, Parsed, blank
from shared.web.problem import Problem

TOO_MANY = f"Vous avez envoyé {DAILY_LIMIT} messages en 24\u00a0heures. Attendez demain, ou appelez-nous si cela presse"
SENT = {"question", "message"}
"""``?envoi=``: what was just sent."""

router = APIRouter(include_in_schema=False)


@router.get("/questions")
async def listing(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_QUESTIONS)]) -> Response:
    """The threads, the last written in first; ``apres`` one of them."""
    after = Place.read(request.query_params.get("apres", ""))
    page = await threads.page(visit.work.session, visit.subject, after)
    return show(request, visit, "questions.html", page=page, after=after, topics=request.app.state.question_topics)


@router.get("/questions/nouvelle")
async def form(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_QUESTION_FORM)]) -> Response:
    """The empty form."""
    return _form(request, visit, blank(AskForm))


@router.post("/questions/nouvelle")
async def ask(request: Request, visit: Annotated[SpaceVisit, may(Action.ASK)]) -> Response:
    """Open a thread; on errors the page again with its answers."""
    form, submission = await read(request, AskForm)
    form = with_topic(form, request.app.state.question_topics)
    if form.value is None or submission is None:
        return _form(request, visit, form, 422)
    told, written = form.value, Written(form.value.text, submission, form.value.files)
    try:
        question, new = await writing.ask(
            visit.work, visit.space, author_in_space(visit), topic=told.topic, title=told.title, written=written
        )
    except writing.TooManyMessagesError:
        return _form(request, visit, form.refuse(WHOLE_FORM, TOO_MANY), 422)
    if new:
        visit.done(question.reference)
    return RedirectResponse(f"{visit.base}/questions/{question.reference}?envoi=question", 303)


@router.get("/questions/{reference}")
async def one(request: Request, reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_QUESTION)]) -> Response:
    """One thread; the person whose it is has read it now."""
    question = await _question(visit, reference)
    await threads.mark_read(visit.work.session, question, visit.actor)
    if visit.mandate is None:
        visit = replace(visit, unread=await unread(visit.work.session, visit.subject))
    return await _thread(request, visit, question, blank(ReplyForm))


@router.post("/questions/{reference}")
async def reply(request: Request, reference: str, visit: Annotated[SpaceVisit, may(Action.REPLY)]) -> Response:
    """Write again in a thread."""
    question = await _question(visit, reference)
    form, submission = await read(request, ReplyForm)
    if form.value is None or submission is None:
        return await _thread(request, visit, question, form, 422)
    question = await _question(visit, reference, lock=True)
    written = Written(form.value.text, submission, form.value.files)
    try:
        new = await writing.reply(visit.work, visit.space, question, author_in_space(visit), written)
    except writing.TooManyMessagesError:
        return await _thread(request, visit, question, form.refuse(WHOLE_FORM, TOO_MANY), 422)
    if new:
        visit.done(question.reference)
    return RedirectResponse(f"{visit.base}/questions/{question.reference}?envoi=message", 303)


@router.get("/questions/{reference}/fichiers/{file_id}")
async def attachment(
    reference: str, file_id: str, visit: Annotated[SpaceVisit, may(Action.DOWNLOAD_ATTACHMENT)]
) -> Response:
    """An attachment of either side."""
    return await attachments.give(visit.work.session, await _question(visit, reference), file_id)


async def _question(visit: SpaceVisit, reference: str, *, lock: bool = False) -> Question:
    question = await threads.find(visit.work.session, reference, visit.subject, lock=lock)
    if question is None:
        raise Problem(404)
    return question


def _form(request: Request, visit: SpaceVisit, form: Parsed[AskForm], status: int = 200) -> Response:
    topics = list(request.app.state.question_topics.items())
    return show(request, visit, "question-nouvelle.html", status, form=form, topics=topics, delay=DELAY)


async def _thread(
    request: Request, visit: SpaceVisit, question: Question, form: Parsed[ReplyForm], status: int = 200
) -> Response:
    sent = request.query_params.get("envoi", "")
    return show(
        request, visit, "question.html", status, form=form, delay=DELAY, sent=sent if sent in SENT else "",
        thread=await threads.thread(visit.work.session, question), topics=request.app.state.question_topics,
    )  # fmt: skip
