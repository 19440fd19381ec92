"""Every table of this service; those of a package are in its own ``models.py``.

Times are aware and in UTC; no number and no secret is kept in usable form (design §3).
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from activation.recovery.models import DisavowalToken, RecoveryRequest, ResetToken
from activation.second_factor.models import Passkey, RecoveryCode, SecondStep, TotpEnrolment, TotpFactor
from activation.security_settings.models import EmailChange, KnownDevice
from activation.staff.models import StaffAccount, StaffJournal, StaffSession
from activation.tables import Table, moment, moments, token_hash, words

__all__ = [
    "Account", "ActivationReceipt", "ConfirmationToken", "DisavowalToken", "EmailChange", "KnownDevice", "LetterState",
    "MemberSession", "NumberAttempts", "Passkey", "ProvisionalLetter", "RecoveryCode", "RecoveryRequest", "ResetToken",
    "ReturnedLetter", "SecondStep", "SecurityEvent", "SignInAttempts", "StaffAccount", "StaffJournal", "StaffSession",
    "Table", "TermsAcceptance", "TotpEnrolment", "TotpFactor",
]  # fmt: skip


class LetterState(StrEnum):
    """What has become of a provisional password."""

    VALID = "valid"
    USED = "used"
    VOID = "void"


RECOVERY = "recovery"
"""The purpose of a letter that opens a confirmed account anew."""


class ProvisionalLetter(Table, table=True):
    """A posted letter whose provisional password opens activation."""

    __tablename__ = "provisional_letter"
    __table_args__ = (Index("provisional_letter_numbers", "number_fingerprints", postgresql_using="gin"),)

    letter_id: UUID = Field(primary_key=True)
    request_id: UUID
    person_id: UUID = Field(index=True)
    number_fingerprints: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    civility: str = words()
    given_name: str = words()
    family_name: str = words()
    birth_date: date
    email: str = words()
    password_hash: str = words()
    valid_until: datetime = moment()
    posted_at: datetime = moment()
    state: LetterState = Field(sa_type=String(5))
    wrong_attempts: int = 0
    purpose: str = words(default="activation")
    """Of ``shared.contracts.events.LetterPurpose``."""
    requested_at: datetime | None = moment(nullable=True)
    """When it was asked for; None: printed before that was told."""
    sealed_tracking: str | None = words(default=None)
    """For the notifier: the token of the page that tells where the letter is. None: asked for before there was one."""
    reminded_at: datetime | None = moment(nullable=True)
    """When its owner was reminded of it, once (``reminders.py``)."""


class ReturnedLetter(Table, table=True):
    """A letter that came back and that was not known here: it is void from the start, should it be heard of later."""

    __tablename__ = "returned_letter"

    letter_id: UUID = Field(primary_key=True)
    returned_at: datetime = moment(index=True)


class Account(Table, table=True):
    """A person's account. Two may claim one address until one of them confirms it; then it is that one's alone."""

    __tablename__ = "account"
    __table_args__ = (
        Index("account_address", "address_key"),
        Index(
            "account_confirmed_address", "address_key", unique=True, postgresql_where=text("confirmed_at IS NOT NULL")
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(unique=True)
    civility: str = words()
    given_name: str = words()
    family_name: str = words()
    birth_date: date
    number_fingerprints: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'"))
    )
    """Of the letter that opened it: no password and no answer holds one of these numbers."""
    email: str = words()
    address_key: str = words()
    password_hash: str = words()
    secret_question: str = words()
    secret_answer_hash: str = words()
    activated_at: datetime = moment()
    confirmed_at: datetime | None = moment(nullable=True)
    address_notice_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    """At the owner's wish; None again when a new letter opens it."""
    frozen_at: datetime | None = moment(nullable=True)
    """« Ce n’était pas moi »: nobody signs in until a new letter opens it."""


class ConfirmationToken(Table, table=True):
    """A link that was sent to confirm an address; only its digest is kept."""

    __tablename__ = "confirmation_token"

    digest: bytes = token_hash(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    created_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = moment(nullable=True)
    superseded_at: datetime | None = moment(nullable=True)


class ActivationReceipt(Table, table=True):
    """What the page « votre compte est créé » shows; the browser holds the token.

    ``account_id`` is empty when the address was another person's: the page is the same, nothing else happened.
    """

    __tablename__ = "activation_receipt"

    digest: bytes = token_hash(primary_key=True)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", index=True)
    submission_id: UUID = Field(index=True)
    civility: str = words()
    given_name: str = words()
    family_name: str = words()
    email: str = words()
    created_at: datetime = moment(index=True)
    last_sent_at: datetime = moment()


class MemberSession(Table, table=True):
    """A signed-in browser; only the digest of its cookie is kept."""

    __tablename__ = "session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    digest: bytes = token_hash()
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    created_at: datetime = moment()
    last_seen_at: datetime = moment(index=True)
    authenticated_at: datetime | None = moment(nullable=True)
    """When the password was proved again; None: only when the session began."""
    label: str = words(default="")
    """The browser in words, for its owner to know it again: « Firefox sur Android »."""
    challenge: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    """What a passkey is to sign, between the page and its answer."""


class NumberAttempts(Table, table=True):
    """Recent wrong provisional passwords for a number, known or not, from one place on the network.

    The key is a keyed fingerprint of both: neither can be read back.
    """

    __tablename__ = "number_attempts"

    number_fingerprint: str = words(primary_key=True)
    wrong_at: list[datetime] = moments()
    last_at: datetime = moment(index=True)


class SignInAttempts(Table, table=True):
    """Failed sign-ins for an address, known or not; the key is a keyed fingerprint."""

    __tablename__ = "sign_in_attempts"

    address_fingerprint: str = words(primary_key=True)
    failed_at: list[datetime] = moments()
    in_a_row: int = 0
    last_at: datetime = moment(index=True)


class TermsAcceptance(Table, table=True):
    """Proof of which text was accepted, when and how."""

    __tablename__ = "terms_acceptance"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    version: str = words()
    text_sha256: str = words()
    accepted_at: datetime = moment()
    channel: str = words()


class SecurityEvent(Table, table=True):
    """A line of the security journal: appended, never changed (a trigger holds that)."""

    __tablename__ = "security_event"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    at: datetime = moment(index=True)
    kind: str = words()
    account_id: UUID | None = Field(default=None, index=True)
    person_id: UUID | None = None
    subject: str | None = words(default=None)
    """Keyed fingerprint of the address or number concerned, when no account is."""
    label: str | None = words(default=None)
    """The browser in words, of a sign-in."""
