"""The events between services (design §3). Additive changes only within a version."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from shared.contracts.event import Event
from shared.contracts.postal_zone import PostalZone

Civility = Literal["M.", "Mme", ""]
NoticeKind = Literal["address-already-used"]


class _AboutPerson(Event):
    """Fields by which the services after ``registration`` know a person."""

    civility: Civility
    given_name: str
    family_name: str
    email: EmailStr


class AccountRequested(_AboutPerson):
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


class LetterPrinted(_AboutPerson):
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


class AccountActivated(_AboutPerson):
    """The person activated the account and now has to confirm the address."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "account-activated"

    account_id: UUID
    sealed_token: str
    """Confirmation token, sealed to the notifier's public key: ``<key id>:<base64>``."""
    token_expires_at: datetime


class ConfirmationLinkRequested(Event):
    """The person asked for the confirmation link again; the earlier ones no longer work."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "confirmation-link-requested"

    account_id: UUID
    email: EmailStr
    sealed_token: str
    token_expires_at: datetime


class EmailConfirmed(_AboutPerson):
    """The address is confirmed; the member space opens."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "email-confirmed"

    account_id: UUID


class AccountAlreadyOpen(Event):
    """Someone asked for an account for a person who has a confirmed one; its owner is told."""

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "account-already-open"

    request_id: UUID
    email: EmailStr
    """The confirmed address of the account, never the one typed in the form."""


class SecurityNoticeRaised(Event):
    """Something that the owner of an account must hear of."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "security-notice-raised"

    account_id: UUID
    email: EmailStr
    notice: NoticeKind


EVENTS: tuple[type[Event], ...] = (
    AccountRequested,
    AccountAlreadyOpen,
    LetterPrinted,
    AccountActivated,
    ConfirmationLinkRequested,
    EmailConfirmed,
    SecurityNoticeRaised,
)
