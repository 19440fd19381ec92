"""Cases."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from member_space.tables import Table, document, moment


class Case(Table, table=True):
    """One request or report, from its filing to its answer."""

    __tablename__ = "member_case"
    __table_args__ = (Index("member_case_waiting", "state", "filed_at"), Index("member_case_of", "subject_id", "kind"))

    id: UUID = Field(primary_key=True)
    reference: str = Field(unique=True)
    """What a person quotes, ``D-7K3M-2Q9X``."""
    kind: str
    """``Kind``."""
    subject_id: UUID
    actor_id: UUID
    """Who filed it: the person, or a delegate."""
    submission_id: UUID = Field(unique=True)
    """Of the form: one page sent twice is one case."""
    details: dict[str, Any] = document()
    """What was asked or reported, by the kind's own keys."""
    state: str
    """``State``."""
    filed_at: datetime = moment()
    taken_by: UUID | None = None
    """Staff account."""
    taken_name: str = ""
    taken_at: datetime | None = moment(nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    reason: str = ""
    """Why it was refused: key of ``rules.REASONS``."""
    words: str = ""
    """What the desk wrote to the member."""
    available_until: date | None = None
    """Last day, in Paris, on which the document is there."""

    def is_over(self, today: date) -> bool:
        """Whether its document is there no longer."""
        return self.available_until is not None and self.available_until < today


class CaseFile(Table, table=True):
    """A file of a case: what the member sent along, or the document that the desk made."""

    __tablename__ = "member_case_file"

    case_id: UUID = Field(primary_key=True, foreign_key="member_case.id")
    file_id: UUID = Field(primary_key=True, foreign_key="stored_file.id", unique=True)
    from_desk: bool
