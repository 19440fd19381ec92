"""Kept files."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from member_space.tables import Table, moment


class StoredFile(Table, table=True):
    """One file, never changed. What it belongs to (a report, a message) refers to it."""

    __tablename__ = "stored_file"

    id: UUID = Field(primary_key=True)
    owner: UUID = Field(index=True)
    """The person in whose space it is shown, whoever sent it."""
    sha256: bytes
    kind: str
    """Of ``shared.files.kinds``: told by its content."""
    size: int
    """Bytes."""
    name: str
    """As the person called it, made fit to be shown: at most 100 characters, no path."""
    content: bytes = Field(repr=False)
    created_at: datetime = moment()
    attached: bool = True
    """It belongs to something. A file that waits for its form to be sent does not, and is forgotten after a day."""
