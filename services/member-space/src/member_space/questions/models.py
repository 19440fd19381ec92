"""Threads and their messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from member_space.tables import Table, moment

OPEN, CLOSED = "open", "closed"


class Question(Table, table=True):
    """One thread."""

    __tablename__ = "question"
    __table_args__ = (
        Index("question_pages", "person_id", "last_message_at", "id"),
        Index("question_waiting", "waiting_since", "id", postgresql_where=text("waiting_since IS NOT NULL")),
        Index("question_states", "state", "last_message_at", "id"),
        Index("question_unread", "person_id", postgresql_where=text("unread_by_member")),
        Index("question_takers", "taken_by", "last_message_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    reference: str = Field(unique=True)
    person_id: UUID
    """In whose space it is."""
    asked_by: UUID
    """That person, or a delegate."""
    topic: str
    """Key of the list of topics of its day."""
    title: str
    opened_at: datetime = moment()
    last_message_at: datetime = moment()
    waiting_since: datetime | None = moment(nullable=True)
    """When the first message came that the desk has not answered; None when nothing waits."""
    state: str = OPEN
    taken_by: UUID | None = None
    """Of the staff. Who took a question alone reads its messages, and answers."""
    taken_name: str = ""
    taken_at: datetime | None = moment(nullable=True)
    unread_by_member: bool = False
    unread_by_desk: bool = True


class Message(Table, table=True):
    """One message of a thread; never changed."""

    __tablename__ = "message"
    __table_args__ = (Index("message_thread", "question_id", "at"),)

    id: UUID = Field(primary_key=True)
    question_id: UUID = Field(foreign_key="question.id")
    from_desk: bool
    author_id: UUID
    """Person, or staff account when ``from_desk``."""
    shown_author: str
    """As the other side reads it."""
    text: str
    at: datetime = moment()
    submission_id: UUID = Field(unique=True)
    """Of the form it came by: sent twice, it is written once."""


class MessageFile(Table, table=True):
    """An attachment of a message."""

    __tablename__ = "message_file"

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    rank: int = Field(primary_key=True)
    file_id: UUID = Field(foreign_key="stored_file.id", unique=True)
