"""What happened to a person, as events told it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from member_space.tables import Table, document, moment


class TimelineEntry(Table, table=True):
    """One event about a person. Neither a name, nor an address, nor an e-mail address: ``kept.py`` says what is kept."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        Index("timeline_age", "occurred_at"),
        Index("timeline_of_person", "person_id", "occurred_at", "event_id"),
        Index("timeline_details", "details", postgresql_using="gin", postgresql_ops={"details": "jsonb_path_ops"}),
    )

    event_id: UUID = Field(primary_key=True)
    """An event told twice is one entry."""
    person_id: UUID
    occurred_at: datetime = moment()
    """When the service that tells of it decided it: of two events of one service, the cause always before its effect."""
    kind: str
    """Name of the event, for example ``letter-printed``."""
    details: dict[str, Any] = document()
