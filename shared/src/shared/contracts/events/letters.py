"""What ``letters`` says of a letter."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from shared.contracts.event import Event
from shared.contracts.events.fields import AboutPerson, Code, LetterPurpose

ParkReason = Literal[
    "no-name", "no-address", "character-not-printable", "too-many-lines", "name-too-long", "line-too-long",
    "postcode-line-wrong", "layout-failed", "refused-by-print-shop",
]  # fmt: skip
"""Name or address does not fit the window; the letter can't be laid out; the print shop refused every batch with it."""


class LetterBatched(Event):
    """The letter is laid out and waits in a batch for the print shop."""

    source: ClassVar[str] = "letters"
    name: ClassVar[str] = "letter-batched"

    request_id: UUID
    letter_id: UUID
    batch_id: UUID
    serial: str
    """Of the batch, as it stands on the letter: ``20261123-K7Q2M9``."""
    batched_at: datetime


class LetterParked(Event):
    """The letter can't be printed and waits for people."""

    source: ClassVar[str] = "letters"
    name: ClassVar[str] = "letter-parked"

    request_id: UUID
    letter_id: UUID
    reason: ParkReason


class LetterPrinted(AboutPerson):
    """The letter is printed and handed to the post; its provisional password now opens activation."""

    source: ClassVar[str] = "letters"
    name: ClassVar[str] = "letter-printed"

    request_id: UUID
    letter_id: UUID
    number_fingerprints: tuple[str, ...] = Field(min_length=1)
    birth_date: date
    password_hash: str
    """Peppered Argon2id of the provisional password: ``<pepper id>$argon2id$…``."""
    valid_until: datetime
    posted_at: datetime
    purpose: LetterPurpose = "activation"
    requested_at: datetime | None = None
    """When it was asked for: what froze or closed the account since then holds against it. None: not told."""
    sealed_tracking: str | None = None
    """As ``AccountRequested`` had it, for the notifier."""


class LetterReturned(Event):
    """The post brought the letter back: it reached nobody, and its provisional password must open nothing any more."""

    source: ClassVar[str] = "letters"
    name: ClassVar[str] = "letter-returned"

    request_id: UUID
    letter_id: UUID
    email: EmailStr
    """Where news of the request goes."""
    reason: Code
    """``unknown-at-address``, ``incomplete-address``, ``refused``, ``unclaimed``, ``other``; others may come."""
    posted_at: datetime
    returned_at: datetime
    """When it was recorded here."""
    purpose: LetterPurpose = "activation"
    sealed_tracking: str | None = None
    """As ``AccountRequested`` had it, for the notifier."""
