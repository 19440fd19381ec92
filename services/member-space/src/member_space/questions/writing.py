"""Writing in a thread: the message, its files, the state of the thread and the event are one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import col, select

from member_space.files.storing import keep
from member_space.questions.models import CLOSED, OPEN, Message, MessageFile, Question
from member_space.questions.references import new_reference
from member_space.questions.rules import DAILY_LIMIT
from member_space.questions.unseen import unseen_since
from member_space.questions.written import Author, Written
from member_space.spaces.models import Space
from member_space.spaces.told_person import about
from shared.contracts.events import QuestionAnswered, QuestionAsked, QuestionClosed
from shared.database.unit_of_work import UnitOfWork
from shared.files.checking import CheckedFile
from shared.web.problem import Problem


class TooManyMessagesError(Exception):
    """This author wrote ``DAILY_LIMIT`` messages in this space in 24 hours."""


class ClosedError(Exception):
    """The thread is closed, or the whole space is: nobody would be told of an answer."""


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


async def ask(
    work: UnitOfWork, space: Space, author: Author, *, topic: str, title: str, written: Written
) -> tuple[Question, bool]:
    """Open a thread, and say whether this did: the same submission again gives the same thread.

    Raises:
        TooManyMessagesError: nothing was written.
        Problem: 409 when the submission was used elsewhere. Its author may have lost the access to that space since then.
    """
    if known := await sent_before(work, written.submission_id, author):
        if known.person_id != space.person_id:
            raise Problem(409)
        return known, False
    await _within_limit(work, space.person_id, author)
    question = Question(
        id=uuid4(), reference=new_reference(), person_id=space.person_id, asked_by=author.id, topic=topic, title=title,
        opened_at=work.now, last_message_at=work.now, waiting_since=work.now, state=OPEN,
    )  # fmt: skip
    work.session.add(question)
    await work.session.flush()
    await _asked(work, space, question, author, written)
    return question, True


async def reply(work: UnitOfWork, space: Space, question: Question, author: Author, written: Written) -> bool:
    """Write in a thread from the member's side; a closed one opens again, for whoever takes it. ``question`` is locked.

    False: it was sent before.

    Raises:
        TooManyMessagesError: nothing was written.
        Problem: 409 when the submission was used in another thread.
    """
    if await _is_in(work, question, author, written):
        return False
    await _within_limit(work, space.person_id, author)
    if question.state == CLOSED:
        question.state, question.taken_by, question.taken_name, question.taken_at = OPEN, None, "", None
    question.last_message_at, question.unread_by_desk = _moment(work, question), True
    question.waiting_since = question.waiting_since or question.last_message_at
    await _asked(work, space, question, author, written)
    return True


async def answer(
    work: UnitOfWork, space: Space, question: Question, author: Author, written: Written, seen: UUID | None
) -> bool:
    """Write in a thread from the desk. ``question`` is locked, and taken by the author. False: it was sent before.

    ``seen``: the last message that the author was shown. What the member wrote after it goes on waiting, unread.

    Raises:
        ClosedError: nothing was written.
        Problem: 409 when the submission was used in another thread.
    """
    if await _is_in(work, question, author, written):
        return False
    if question.state == CLOSED or space.closed_at is not None:
        raise ClosedError
    question.waiting_since = await unseen_since(work.session, question, seen)
    question.last_message_at = _moment(work, question)
    question.unread_by_member, question.unread_by_desk = True, question.waiting_since is not None
    message_id = await _write(work, question, author, written, from_desk=True)
    await work.publish(QuestionAnswered(**_about(space, question), message_id=message_id))
    return True


async def close(work: UnitOfWork, space: Space, question: Question) -> None:
    """Nothing more to say from the desk's side; the member is told, unless their space is closed.

    ``question`` is locked, and open.
    """
    question.state, question.waiting_since, question.unread_by_desk = CLOSED, None, False
    if space.closed_at is None:
        await work.publish(QuestionClosed(**_about(space, question), closing_id=uuid4()))


async def _is_in(work: UnitOfWork, question: Question, author: Author, written: Written) -> bool:
    known = await sent_before(work, written.submission_id, author)
    if known is not None and known.id != question.id:
        raise Problem(409)
    return known is not None


def _moment(work: UnitOfWork, question: Question) -> datetime:
    """Now, but after all that the thread holds: clocks of replicas differ, and who waited for its lock began earlier."""
    return max(work.now, question.last_message_at + timedelta(microseconds=1))


async def _asked(work: UnitOfWork, space: Space, question: Question, author: Author, written: Written) -> None:
    message_id = await _write(work, question, author, written, from_desk=False)
    await work.publish(QuestionAsked(**_about(space, question), message_id=message_id))


async def _write(work: UnitOfWork, question: Question, author: Author, written: Written, *, from_desk: bool) -> UUID:
    message = Message(
        id=uuid4(), question_id=question.id, from_desk=from_desk, author_id=author.id, shown_author=author.shown,
        text=written.text, at=question.last_message_at, submission_id=written.submission_id,
    )  # fmt: skip
    work.session.add(message)
    await work.session.flush()
    await _attach(work, question.person_id, message.id, written.files)
    return message.id


async def _attach(work: UnitOfWork, owner: UUID, message_id: UUID, files: Sequence[CheckedFile]) -> None:
    for rank, file in enumerate(files):
        work.session.add(MessageFile(message_id=message_id, rank=rank, file_id=await keep(work, owner, file)))


async def _within_limit(work: UnitOfWork, person_id: UUID, author: Author) -> None:
    # the author's own: a delegate does not use up what the person may write
    query = (
        select(func.count())
        .select_from(Message)
        .join(Question, col(Question.id) == col(Message.question_id))
        .where(
            Question.person_id == person_id,
            Message.author_id == author.id,
            col(Message.from_desk).is_(False),
            col(Message.at) > work.now - timedelta(days=1),
        )
    )
    if (await work.session.execute(query)).scalar_one() >= DAILY_LIMIT:
        raise TooManyMessagesError


def _about(space: Space, question: Question) -> dict[str, object]:
    return about(space) | {"reference": question.reference, "question_id": question.id}
