"""``/espace/api/v1/questions``: threads as JSON, and their attachments."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.choices import Choice, choices
from member_space.files.downloading import FILE
from member_space.place import Place
from member_space.place_parameter import After
from member_space.questions import attachments, threads, writing
from member_space.questions.models import Question
from member_space.questions.rules import TEXT_LIMIT, TITLE_LIMIT
from member_space.questions.state import State, state_of
from member_space.questions.written import Written, author_in_space
from shared.web.cleaning import clean_line, clean_lines
from shared.web.problem import Problem

router = APIRouter(tags=["questions"])


class Summary(BaseModel):
    """A thread in the list."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    reference: str
    topic: str
    """Key of the list of topics of its day, which `/question-topics` gives."""
    title: str
    state: State
    unread: bool
    """Holds an answer that the person whose question it is has not read."""
    opened_at: datetime
    last_message_at: datetime


class Summaries(BaseModel):
    """A page, the last written in first. ``older`` is for ``after``; null at the end."""

    questions: list[Summary]
    older: str | None


class File(BaseModel):
    """An attachment, at `files/{id}` below its thread."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    id: UUID
    name: str
    kind: Literal["jpeg", "png", "pdf"]
    size: int
    """Bytes."""


class Message(BaseModel):
    """One message."""

    from_desk: bool
    author: str
    text: str
    at: datetime
    files: list[File]


class Thread(Summary):
    """A thread with its messages, oldest first."""

    messages: list[Message]


# measured as it is kept: NFC makes some texts longer
Text = Annotated[str, AfterValidator(clean_lines), Field(min_length=1, max_length=TEXT_LIMIT)]
Title = Annotated[str, AfterValidator(clean_line), Field(min_length=1, max_length=TITLE_LIMIT)]


class Reply(BaseModel):
    """What is written. The same ``submission_id`` again does nothing the second time."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    submission_id: UUID = Field(default_factory=uuid4)


class Asked(Reply):
    """A new question. ``topic``: key of `/question-topics`."""

    topic: str = Field(max_length=40)
    title: Title


@router.get("/questions")
async def listing(
    visit: Annotated[SpaceVisit, may(Action.SEE_QUESTIONS)],
    after: After | None = None,
    size: Annotated[int, Query(ge=1, le=200)] = threads.PAGE,
) -> Summaries:
    """A page of the list."""
    page = await threads.page(visit.work.session, visit.subject, Place.read(after or ""), size)
    questions = [Summary(**_summary(question)) for question in page.questions]
    return Summaries(questions=questions, older=str(page.older) if page.older else None)


@router.post("/questions", status_code=201)
async def ask(request: Request, asked: Asked, visit: Annotated[SpaceVisit, may(Action.ASK)]) -> Thread:
    """Ask a question."""
    if asked.topic not in request.app.state.question_topics:
        raise Problem(422, detail="Choisissez un sujet de la liste.")
    written = Written(asked.text, asked.submission_id)
    try:
        question, new = await writing.ask(
            visit.work, visit.space, author_in_space(visit), topic=asked.topic, title=asked.title, written=written
        )
    except writing.TooManyMessagesError:
        raise Problem(429) from None
    if new:
        visit.done(question.reference)
    return await _thread(visit, question)


@router.get("/question-topics")
async def topics(
    request: Request,
    visit: Annotated[SpaceVisit, may(Action.SEE_QUESTION_FORM)],  # noqa: ARG001 - lets in
) -> list[Choice]:
    """What a question can be about today."""
    return choices(request.app.state.question_topics)


@router.get("/questions/{reference}")
async def one(reference: str, visit: Annotated[SpaceVisit, may(Action.SEE_QUESTION)]) -> Thread:
    """One thread; for the person whose it is, read from now on. ``unread`` says whether it was new."""
    question = await _question(visit, reference)
    unread = question.unread_by_member
    # marked, then read: an answer that comes in between is shown, one that comes later marks it anew
    await threads.mark_read(visit.work.session, question, visit.actor)
    return (await _thread(visit, question)).model_copy(update={"unread": unread})


@router.post("/questions/{reference}/messages", status_code=201)
async def reply(reference: str, written: Reply, visit: Annotated[SpaceVisit, may(Action.REPLY)]) -> Thread:
    """Write again in a thread; a closed one opens again."""
    question = await _question(visit, reference, lock=True)
    message = Written(written.text, written.submission_id)
    try:
        new = await writing.reply(visit.work, visit.space, question, author_in_space(visit), message)
    except writing.TooManyMessagesError:
        raise Problem(429) from None
    if new:
        visit.done(question.reference)
    return await _thread(visit, question)


@router.get("/questions/{reference}/files/{file_id}", response_class=Response, responses=FILE)
async def attachment(
    reference: str, file_id: UUID, visit: Annotated[SpaceVisit, may(Action.DOWNLOAD_ATTACHMENT)]
) -> Response:
    """An attachment of either side, as it is."""
    return await attachments.give(visit.work.session, await _question(visit, reference), str(file_id))


async def _question(visit: SpaceVisit, reference: str, *, lock: bool = False) -> Question:
    question = await threads.find(visit.work.session, reference, visit.subject, lock=lock)
    if question is None:
        raise Problem(404)
    return question


async def _thread(visit: SpaceVisit, question: Question) -> Thread:
    found = await threads.thread(visit.work.session, question)
    messages = [
        Message(
            from_desk=message.from_desk, author=message.shown_author, text=message.text, at=message.at,
            files=[File.model_validate(file) for file in found.files[message.id]],
        )
        for message in found.messages
    ]  # fmt: skip
    return Thread(**_summary(question), messages=messages)


def _summary(question: Question) -> dict[str, object]:
    told = question.model_dump(include={"reference", "topic", "title", "opened_at", "last_message_at"})
    return told | {"state": state_of(question), "unread": question.unread_by_member}
