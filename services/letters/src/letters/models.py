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
    """``offered`` → ``taken`` → ``posted``; ``refused`` before that."""

    OFFERED = "offered"
    TAKEN = "taken"
    POSTED = "printed"  # as the version wrote it that knew no difference: both run side by side during an upgrade
    REFUSED = "refused"


class BatchStep(StrEnum):
    """What is noted of a batch, beside the state that it leads to."""

    OFFERED = "offered"
    FETCHED = "fetched"
    CLAIMED = "claimed"
    TAKEN = "taken"
    PRINTED = "printed"
    POSTED = "posted"
    REFUSED = "refused"
    SETTLED = "settled"
    """People have settled a doubt."""
    DOUBTED = "doubted"
    """What the print shop said does not fit what is known: nothing was done about it."""


def _time(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


class Letter(Table, table=True):
    """A letter that a person is owed. The plain provisional password is never here: only in the sealed file."""

    __table_args__ = (
        Index("letter_waiting", "waiting_since", postgresql_where=text("state = 'waiting'")),
        Index("letter_batch", "batch_id"),
        Index("letter_requested", "requested_at"),
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
    detail: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """The same more finely, for who mends it: a code, and the line of the address where it is one."""
    waiting_since: datetime = Field(sa_column=_time())
    claim: UUID | None = Field(default=None, sa_column=Column(Uuid))
    """The batch that is being made with it; only until ``claimed_until``."""
    claimed_until: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    refusals: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """Batches with this letter that the print shop refused."""

    batch_id: UUID | None = Field(default=None, sa_column=Column(Uuid, ForeignKey("print_batch.id")))
    place: int | None = None
    """Place in the batch, from 1."""
    mark: str | None = Field(default=None, sa_type=Text, unique=True)
    """Of the newest sheet with it (``letter_mark``)."""
    password_hash: str | None = Field(default=None, sa_type=Text)
    """Only between batch and hand-over (design §2)."""
    printed_until: date | None = None
    """The last day of validity as it stands on paper."""
    posted_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    sealed_tracking: str | None = Field(default=None, sa_type=Text)
    """The token of its person's page, sealed for the notifier: handed on with it."""
    told_by: UUID | None = Field(default=None, sa_column=Column(Uuid, unique=True))
    """The event that said that it is posted: the mail names it as its cause."""
    told_after: float | None = None
    """Seconds of worked time from the request until that mail had left."""
    returned_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    return_reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """Why the post brought it back: a code of ``LetterReturned``."""
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
    """Why it was refused, in the print shop's words."""
    manifest: str | None = Field(default=None, sa_type=Text)
    """``PrintManifest`` of the newest run, to be signed again for the next one. None: of a version that signed none."""
    post_on: date | None = None
    """The day on which it is to be handed to the post."""
    taken_by: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    """Until when it is awaited that the print shop takes the newest run; then it is offered again."""
    fetched_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    """When the print shop last fetched the newest run."""
    claimed_by: str | None = Field(default=None, sa_type=Text)
    """The spool that the newest run was given to, once it was safe there: from then on a print of it may exist."""
    printed_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    """When its sheets were out of the printer."""
    doubt: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """A code of ``reconciliation.Doubt`` for as long as what the print shop said does not add up."""


class BatchNote(Table, table=True):
    """One line of what happened to a batch, as it was heard; appended only."""

    __tablename__ = "batch_note"
    __table_args__ = (Index("batch_note_batch", "batch_id", "at"),)

    id: UUID = Field(primary_key=True)
    batch_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("print_batch.id", ondelete="CASCADE"), nullable=False))
    at: datetime = Field(sa_column=_time())
    """When it was heard here."""
    step: str = Field(sa_type=Text)
    """``BatchStep``."""
    run: int
    said_at: datetime | None = Field(default=None, sa_column=_time(nullable=True))
    """When it was, by the print shop's clock."""
    letters: int | None = None
    sheets: int | None = None
    spoiled: int | None = None
    why: str = Field(default="", sa_type=Text)
    """A code, or what somebody of the staff wrote as the reason."""
    who: str = Field(default="", sa_type=Text)
    """Name and id of that person."""


class SealedFile(Table, table=True):
    """The sealed PDF of a batch, apart from its row: large, and erased early."""

    __tablename__ = "sealed_file"

    batch_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("print_batch.id"), primary_key=True))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class RemadeSheet(Table, table=True):
    """A sheet that was spoiled, or refused with its batch: it opens nothing, and its letter was made again."""

    __tablename__ = "remade_sheet"
    __table_args__ = (Index("remade_sheet_letter", "letter_id"), Index("remade_sheet_batch", "batch_id", "place"))

    mark: str = Field(sa_type=Text, primary_key=True)
    letter_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("letter.id", ondelete="CASCADE"), nullable=False))
    batch_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("print_batch.id", ondelete="CASCADE"), nullable=False))
    place: int
    """As they stand on it."""


class CanaryReceipt(Table, table=True):
    """A canary letter that arrived."""

    __tablename__ = "canary_receipt"

    letter_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True))
    received_on: date
    noted_at: datetime = Field(sa_column=_time())
    who: str = Field(sa_type=Text)
    """Name and id of who has confirmed it."""
