"""The notifier's table: one row for each mail that a person is due."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class State(StrEnum):
    """``queued`` → ``sending`` (committed before the mail server hears of it) → ``sent``, or ``parked`` for people to see."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"


class Table(SQLModel, registry=registry()):
    """Base of this service's tables, with metadata of its own."""


def _moment(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=nullable))


class Delivery(Table, table=True):
    """One mail to one address about one fact: never two rows, however often the event comes."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("cause_id", "template", "recipient"),
        Index("delivery_due", "next_attempt_at", postgresql_where=text("state IN ('queued', 'sending')")),
        Index("delivery_age", "created_at"),
        Index("delivery_account", "account_id", postgresql_where=text("state = 'queued'")),
        Index("delivery_mandate", "mandate_id", postgresql_where=text("mandate_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    cause_id: UUID
    """The fact that the mail tells of (see ``handlers.py``)."""
    person_id: UUID | None = None
    """Whom it is about."""
    event_id: UUID | None = None
    """The event that it tells of. None, as above, in rows of before: of those nothing is told to others."""
    template: str
    recipient: str
    params: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """What the template needs besides the settings; never a secret. A name only in mails to a confirmed address."""
    account_id: UUID | None = None
    """Set for links that confirm an address: a newer one replaces an older one still waiting."""
    mandate_id: UUID | None = None
    """Set for invitations: one that is withdrawn while it waits is not sent."""
    sealed_token: str | None = None
    """Opened in memory while the mail is built; erased with the last state."""
    expires_at: datetime | None = _moment(nullable=True)
    """From when on the mail would help nobody."""
    state: str = Field(default=State.QUEUED)
    attempts: int = 0
    """Refusals for now (4xx) and broken conversations; a mail server that is away costs none."""
    created_at: datetime = _moment()
    next_attempt_at: datetime = _moment()
    """When it may next be claimed; for ``sending``, when the lease of its claim ends."""
    sent_at: datetime | None = _moment(nullable=True)
    code: int | None = None
    """Reply code of the mail server's last refusal."""
    reason: str | None = None
    """Why it was postponed or parked, without the address."""
    traceparent: str | None = None
    """The journey that it is part of, so that its sending shows up in that trace."""
