"""One thread and the threads of one person: every query names the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, tuple_, update
from sqlalchemy import select as columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.files.models import StoredFile
from member_space.place import Place
from member_space.questions.models import Message, MessageFile, Question
from member_space.questions.references import is_reference
from shared.files.kinds import BY_KEY

PAGE = 25
"""Threads on a page."""


@dataclass(frozen=True)
class Attachment:
    """What a page tells of a file, without its content. ``size`` in bytes."""

    id: UUID
    name: str
    kind: str
    size: int

    @property
    def shown_kind(self) -> str:
        """``PDF``."""
        return BY_KEY[self.kind].shown


@dataclass(frozen=True)
class Thread:
    """A question with its messages, oldest first, and the attachments of each by the message's id."""

    question: Question
    messages: Sequence[Message]
    files: Mapping[UUID, Sequence[Attachment]]


@dataclass(frozen=True)
class Page:
    """Threads, the last written in first; where the next page begins, None at the end."""

    questions: Sequence[Question]
    older: Place | None


async def page(session: AsyncSession, person_id: UUID, after: Place | None = None, size: int = PAGE) -> Page:
    """A person's threads older than ``after``, or the newest."""
    query = select(Question).where(Question.person_id == person_id)
    if after is not None:
        query = query.where(tuple_(col(Question.last_message_at), col(Question.id)) < (after.at, after.id))
    query = query.order_by(col(Question.last_message_at).desc(), col(Question.id).desc()).limit(size + 1)
    found = (await session.scalars(query)).all()
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], Place(last.last_message_at, last.id) if last else None)


async def find(session: AsyncSession, reference: str, person_id: UUID, *, lock: bool = False) -> Question | None:
    """The person's question of that reference; None for another's as for one that is not there.

    ``lock``: until the commit, nobody else writes in it, takes or closes it.
    """
    if not is_reference(reference):
        return None
    query = select(Question).where(Question.reference == reference, Question.person_id == person_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def thread(session: AsyncSession, question: Question) -> Thread:
    """The question's messages and what is attached."""
    told = select(Message).where(Message.question_id == question.id).order_by(col(Message.at), col(Message.id))
    messages = (await session.scalars(told)).all()
    attached = (
        columns(
            col(MessageFile.message_id),
            col(StoredFile.id),
            col(StoredFile.name),
            col(StoredFile.kind),
            col(StoredFile.size),
        )
        .select_from(MessageFile)
        .join(StoredFile, col(StoredFile.id) == col(MessageFile.file_id))
        .where(col(MessageFile.message_id).in_([message.id for message in messages]))
        .order_by(col(MessageFile.message_id), col(MessageFile.rank))
    )
    files: dict[UUID, list[Attachment]] = {message.id: [] for message in messages}
    for message_id, file_id, name, kind, size in (await session.execute(attached)).all():
        files[message_id].append(Attachment(file_id, name, kind, size))
    return Thread(question, messages, files)


async def is_attached(session: AsyncSession, question: Question, file_id: UUID) -> bool:
    """Whether a file is of one of the thread's messages."""
    query = (
        select(func.count())
        .select_from(MessageFile)
        .join(Message, col(Message.id) == col(MessageFile.message_id))
        .where(MessageFile.file_id == file_id, Message.question_id == question.id)
    )
    return (await session.execute(query)).scalar_one() > 0


async def mark_read(session: AsyncSession, question: Question, reader: UUID) -> None:
    """The thread is read up to now. Only by the person whose it is: what a delegate reads must not be missed by them."""
    if question.unread_by_member and reader == question.person_id:
        await session.execute(update(Question).where(col(Question.id) == question.id).values(unread_by_member=False))
