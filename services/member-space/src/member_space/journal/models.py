"""The journal of a space."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from member_space.tables import Table, moment


class JournalEntry(Table, table=True):
    """One line: appended, never changed (a trigger holds that).

    ``actor`` is who did it, ``subject`` whose space it was done in: often the same person.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("journal_age", "at"),
        Index("journal_of_subject", "subject_id", "at"),
        Index("journal_of_mandate", "mandate_id", "at"),
    )

    id: UUID = Field(primary_key=True)
    at: datetime = moment()
    actor_id: UUID
    subject_id: UUID
    mandate_id: UUID | None = None
    """Under which mandate, when the actor is not the subject."""
    action: str
    """``Action.key``, or ``DeskAction.key`` of one of the staff."""
    staff: bool = False
    """The actor is one of the staff, and ``actor_id`` the id of the staff account."""
    object_id: str = ""
    """Of what: a number or id that means nothing to strangers."""
