"""Writing in a thread: the message, its files, the state of the thread and the event are one."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import col, select

from member_space.files.storing import keep
from member_space.questions.models import CLOSED, OPEN, Message, MessageFile, Question
from member_space.questions.references import new_reference
from member_space.questions.rules import DAILY_LIMIT
from member_space.questions.written import Author, Written
from member_space.spaces.models import Space
from shared.contracts.events import QuestionAnswered, QuestionAsked, QuestionClosed
from shared.database.unit_of_work import UnitOfWork
from shared.files.checking import CheckedFile
from shared.web.problem import Problem


class TooManyMessagesError(Exception):
    """``DAILY_LIMIT`` messages came from this space in 24 hours."""


async def sent_before(work: UnitOfWork, submission_id: UUID, author: Author) -> Question | None:
    """The thread that this author's submission was written in already. Of one sent twice at once, the second waits here.

    Raises:
        Problem: 409 when somebody else's submission has this id: never by chance.
    """
    lock = func.pg_advisory_xact_lock(func.hashtextextended(str(submission_id), 0))
    await work.session.execute(select(lock))
    query = (
        select(Question, Message.author_id)
        .join(Message, col(Message.question_id) == col(Question.id))
        .where(Message.submission_id == submission_id)
    )
    found = (await work.session.execute(query)).first()
    if found is None:
        return None
    if found[1] != author.id:
        raise Problem(409)
    question: Question = found[0]
    return question


async def ask(work: UnitOfWork, space: Space, author: Author, *, topic: str, title: str, written: Written) -> Question:
    """Open a thread; the same submission again gives the same thread.

    Raises:
        TooManyMessagesError: nothing was written.
    """
    if known := await sent_before(work, written.submission_id, author):
        return known
    await _within_limit(work, space.person_id)
    question = Question(
        id=uuid4(), reference=new_reference(), person_id=space.person_id, asked_by=author.id, topic=topic, title=title,
        opened_at=work.now, last_message_at=work.now, waiting_since=work.now, state=OPEN,
    )  # fmt: skip
    work.session.add(question)
    await work.session.flush()
    await _asked(work, space, question, author, written)
    return question


async def reply(work: UnitOfWork, space: Space, question: Question, author: Author, written: Written) -> None:
    """Write in a thread from the member's side; a closed one opens again, for whoever takes it. ``question`` is locked.

    Raises:
        TooManyMessagesError: nothing was written.
    """
    if await sent_before(work, written.submission_id, author):
        return
    await _within_limit(work, space.person_id)
    if question.state == CLOSED:
        question.state, question.taken_by, question.taken_name, question.taken_at = OPEN, None, "", None
    question.waiting_since = question.waiting_since or work.now
    question.last_message_at, question.unread_by_desk = work.now, True
    await _asked(work, space, question, author, written)


async def answer(work: UnitOfWork, space: Space, question: Question, author: Author, written: Written) -> bool:
    """Write in a thread from the desk. ``question`` is locked, and taken by the author. False: it was sent before."""
    if await sent_before(work, written.submission_id, author):
        return False
    question.waiting_since, question.last_message_at = None, work.now
    question.unread_by_member, question.unread_by_desk = True, False
    message_id = await _write(work, question, author, written, from_desk=True)
    await work.publish(QuestionAnswered(**_about(space, question), message_id=message_id))
    return True


async def close(work: UnitOfWork, space: Space, question: Question) -> None:
    """Nothing more to say from the desk's side; the member is told. ``question`` is locked, and open."""
    question.state, question.waiting_since, question.unread_by_desk = CLOSED, None, False
    await work.publish(QuestionClosed(**_about(space, question), closing_id=uuid4()))


async def _asked(work: UnitOfWork, space: Space, question: Question, author: Author, written: Written) -> None:
    message_id = await _write(work, question, author, written, from_desk=False)
    await work.publish(QuestionAsked(**_about(space, question), message_id=message_id))


async def _write(work: UnitOfWork, question: Question, author: Author, written: Written, *, from_desk: bool) -> UUID:
    message = Message(
        id=uuid4(), question_id=question.id, from_desk=from_desk, author_id=author.id, shown_author=author.shown,
        text=written.text, at=work.now, submission_id=written.submission_id,
    )  # fmt: skip
    work.session.add(message)
    await work.session.flush()
    await _attach(work, question.person_id, message.id, written.files)
    return message.id


async def _attach(work: UnitOfWork, owner: UUID, message_id: UUID, files: Sequence[CheckedFile]) -> None:
    for rank, file in enumerate(files):
        work.session.add(MessageFile(message_id=message_id, rank=rank, file_id=await keep(work, owner, file)))


async def _within_limit(work: UnitOfWork, person_id: UUID) -> None:
    query = (
        select(func.count())
        .select_from(Message)
        .join(Question, col(Question.id) == col(Message.question_id))
        .where(
            Question.person_id == person_id,
            col(Message.from_desk).is_(False),
            col(Message.at) > work.now - timedelta(days=1),
        )
    )
    if (await work.session.execute(query)).scalar_one() >= DAILY_LIMIT:
        raise TooManyMessagesError


def _about(space: Space, question: Question) -> dict[str, object]:
    who = space.model_dump(include={"person_id", "civility", "given_name", "family_name", "email"})
    return who | {"reference": question.reference, "question_id": question.id}
