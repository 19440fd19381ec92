"""Names of persons, so that the desk finds them. Never a number, neither in clear nor as a fingerprint (decision 0028)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from member_space.tables import Table, moment


class PersonIndex(Table, table=True):
    """A person as the newest event told of them."""

    __tablename__ = "person_index"
    __table_args__ = (
        Index("person_index_names", text("to_tsvector('simple', name_words)"), postgresql_using="gin"),
    )  # fmt: skip

    person_id: UUID = Field(primary_key=True)
    civility: str
    given_name: str
    family_name: str
    name_words: str
    """``names.words_of`` of both names, separated by spaces."""
    email_masked: str
    birth_date: date | None = None
    """None until an event told it: not every one does."""
    postcode: str = ""
    """Of the latest postal address; empty until an event told it, and for addresses without one."""
    told_at: datetime = moment()
    """Of two events the later one holds, in whatever order they come."""
    placed_at: datetime | None = moment(nullable=True)
    """When the postcode was told."""
