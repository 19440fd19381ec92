"""Tables of ``letters``: letters, print batches, and the sealed files of the batches."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, Index, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """The tables of this service, apart from those of others in the same process."""


class LetterState(StrEnum):
    """``waiting`` → ``batched`` → ``posted``; ``parked`` when it can't be printed, until someone releases it."""

    WAITING = "waiting"
    BATCHED = "batched"
    POSTED = "posted"
    PARKED = "parked"


class BatchState(StrEnum):
    """``offered`` → ``taken`` → ``printed`` or ``refused``."""

    OFFERED = "offered"
    TAKEN = "taken"
    PRINTED = "printed"
    REFUSED = "refused"


def _time(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


class Letter(Table, table=True):
    """A letter that a person is owed. The plain provisional password is never here: only in the sealed file."""

    __table_args__ = (
        Index("letter_waiting", "waiting_since", postgresql_where=text("state = 'waiting'")),
        Index("letter_batch", "batch_id"),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(unique=True)
    person_id: UUID
    civility: str = Field(sa_type=Text)
    given_name: str = Field(sa_type=Text)
    family_name: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text)
    birth_date: date
    number_fingerprints: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    address_lines: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    postal_zone: str = Field(sa_type=Text)
    requested_at: datetime = Field(sa_column=_time())
    purpose: str = Field(default="activation", sa_type=Text, sa_column_kwargs={"server_default": "activation"})
    """``LetterPurpose``: what its password opens, and which text it has."""

    state: str = Field(default=LetterState.WAITING, sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    """Why it is parked."""
    waiting_since: datetime = Field(sa_column=_time())
    claim: UUID | None = Field(default=None, sa_column=Column(Uuid))
    """The batch that is being made with it; only until ``claimed_until``."""
    claimed_until: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    refusals: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """Batches with this letter that the print shop refused."""

    batch_id: UUID | None = Field(default=None, sa_column=Column(Uuid, ForeignKey("print_batch.id")))
    place: int | None = None
    """Place in the batch, from 1."""
    password_hash: str | None = Field(default=None, sa_type=Text)
    """Only between batch and hand-over (design §2)."""
    printed_until: date | None = None
    """The last day of validity as it stands on paper."""
    posted_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    traceparent: str | None = Field(default=None, sa_type=Text)
    """The journey of its request: a batch holds letters of many, and each goes on in its own trace."""


class PrintBatchRow(Table, table=True):
    """A closed batch and what the print shop said of it."""

    __tablename__ = "print_batch"

    id: UUID = Field(primary_key=True)
    serial: str = Field(sa_type=Text, unique=True)
    run: int
    state: str = Field(sa_type=Text)
    letters: int
    sheets: int
    sealed_bytes: int
    sealed_sha256: str = Field(sa_type=Text)
    pdf_sha256: str = Field(sa_type=Text)
    key_id: str = Field(sa_type=Text)
    closed_at: datetime = Field(sa_column=_time())
    taken_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    """When it was printed and posted, or refused."""
    spoiled_letter_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    reason: str = Field(default="", sa_type=Text)


class SealedFile(Table, table=True):
    """The sealed PDF of a batch, apart from its row: large, and erased early."""

    __tablename__ = "sealed_file"

    batch_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("print_batch.id"), primary_key=True))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
