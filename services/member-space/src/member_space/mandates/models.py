"""Mandates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from member_space.tables import Table, document, moment


class Mandate(Table, table=True):
    """What a grantor lets a delegate do. Kept for years after its end: it says who could see what, and when."""

    __tablename__ = "mandate"

    id: UUID = Field(primary_key=True)
    grantor_id: UUID = Field(index=True)
    delegate_id: UUID | None = Field(default=None, index=True)
    """Known when the invitation is accepted."""
    given_name: str
    family_name: str
    """As the grantor wrote them."""
    email: str
    """Where the invitation went."""
    scopes: list[str] = document()
    ends_on: date
    """Last day."""
    created_at: datetime = moment()
    token_hash: str | None = Field(default=None, unique=True)
    """Of the invitation; None once it was used."""
    invitation_ends_at: datetime = moment()
    accepted_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    """Revoked by the grantor, given back by the delegate, or lost with the freezing of the grantor's account."""
    ended_by: UUID | None = None
    """None: of the last kind."""
    reminded_at: datetime | None = moment(nullable=True)


class MandateDraft(Table, table=True):
    """A mandate that somebody has written down and not yet confirmed; the mandate gets its id. Forgotten after a day."""

    __tablename__ = "mandate_draft"

    id: UUID = Field(primary_key=True)
    """Of the form that was sent: sent twice with the same answers, it makes one draft, and one mandate."""
    grantor_id: UUID
    answers: dict[str, Any] = document()
    """As ``form.answers_of`` writes them."""
    created_at: datetime = moment(index=True)
