"""What ``registration`` says."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from shared.contracts.event import Event
from shared.contracts.events.fields import AboutPerson, Code, LetterPurpose
from shared.contracts.postal_zone import PostalZone

RequestRefusal = Literal["too-soon", "too-many-letters", "account-open"]


class AccountRequested(AboutPerson):
    """A person of the register asked for an account; a letter is due."""

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "account-requested"

    request_id: UUID
    requested_at: datetime
    number_fingerprints: tuple[str, ...] = Field(min_length=1)
    """Keyed fingerprints of every number by which the person may activate, under every key of the ring."""
    birth_date: date
    """For the password block-list of activation (design §5)."""
    address_lines: tuple[str, ...] = Field(min_length=1, max_length=5)
    """Postal address below the name, last line postcode and town (NF Z10-011: 6 lines with the name)."""
    postal_zone: PostalZone
    purpose: LetterPurpose = "activation"
    sealed_tracking: str | None = None
    """For the notifier alone: the token of the page that tells the person where this letter is. Handed on with it."""


class AccountAlreadyOpen(Event):
    """Someone asked for an account for a person who has a confirmed one; its owner is told."""

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "account-already-open"

    request_id: UUID
    email: EmailStr
    """The confirmed address of the account, never the one typed in the form."""


class IdentifierReminderRequested(Event):
    """Someone who knows the person's number, name, birth date and postcode has forgotten the identifier of the account; it is
    told at the address that it is."""

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "identifier-reminder-requested"

    request_id: UUID
    email: EmailStr
    """The confirmed address of the account, which is its identifier."""


class RecoveryLetterRequested(Event):
    """A letter is due that opens a confirmed account anew; said beside ``AccountRequested``, so that its owner is warned."""

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "recovery-letter-requested"

    request_id: UUID
    requested_at: datetime


class AccountRequestRefused(Event):
    """A person of the register asked for an account, and no letter is made; only the staff may be told.

    Never said of a request that matched nobody.
    """

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "account-request-refused"
    version: ClassVar[int] = 2

    request_id: UUID
    reason: Code
    """``too-soon``, ``too-many-letters``, ``account-open``, ``address-returned``; others may come."""
    not_before: datetime | None = None
    """From when on a request gets a letter again; None when time does not change it."""


class AccountRequestRefusedV1(Event):
    """The same, as it was said when the list of reasons was closed."""

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "account-request-refused"

    request_id: UUID
    reason: RequestRefusal
    not_before: datetime | None = None
    """From when on a request gets a letter again; None when time does not change it."""
