"""The tables of this service. Times are aware and in UTC; no number and no secret is kept in usable form (design §3)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """Base of the tables; a registry of its own keeps services apart when tests load several."""


class LetterState(StrEnum):
    """What has become of a provisional password."""

    VALID = "valid"
    USED = "used"
    VOID = "void"


def _time(*, index: bool = False, nullable: bool = False) -> Any:
    return Field(sa_type=DateTime(timezone=True), index=index, nullable=nullable, default=None if nullable else ...)


def _digest(*, primary_key: bool = False) -> Any:
    return Field(sa_type=LargeBinary, primary_key=primary_key, unique=not primary_key)


def _times() -> Any:
    return Field(default_factory=list, sa_column=Column(ARRAY(DateTime(timezone=True)), nullable=False))


def _str(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


class ProvisionalLetter(Table, table=True):
    """A posted letter whose provisional password opens activation."""

    __tablename__ = "provisional_letter"
    __table_args__ = (Index("provisional_letter_numbers", "number_fingerprints", postgresql_using="gin"),)

    letter_id: UUID = Field(primary_key=True)
    request_id: UUID
    person_id: UUID = Field(index=True)
    number_fingerprints: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    civility: str = _str()
    given_name: str = _str()
    family_name: str = _str()
    birth_date: date
    email: str = _str()
    password_hash: str = _str()
    valid_until: datetime = _time()
    posted_at: datetime = _time()
    state: LetterState = Field(sa_type=String(5))
    wrong_attempts: int = 0


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
    civility: str = _str()
    given_name: str = _str()
    family_name: str = _str()
    birth_date: date
    email: str = _str()
    address_key: str = _str()
    password_hash: str = _str()
    secret_question: str = _str()
    secret_answer_hash: str = _str()
    activated_at: datetime = _time()
    confirmed_at: datetime | None = _time(nullable=True)
    address_notice_at: datetime | None = _time(nullable=True)


class ConfirmationToken(Table, table=True):
    """A link that was sent to confirm an address; only its digest is kept."""

    __tablename__ = "confirmation_token"

    digest: bytes = _digest(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    created_at: datetime = _time()
    expires_at: datetime = _time(index=True)
    used_at: datetime | None = _time(nullable=True)
    superseded_at: datetime | None = _time(nullable=True)


class ActivationReceipt(Table, table=True):
    """What the page « votre compte est créé » shows; the browser holds the token.

    ``account_id`` is empty when the address was another person's: the page is the same, nothing else happened.
    """

    __tablename__ = "activation_receipt"

    digest: bytes = _digest(primary_key=True)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", index=True)
    submission_id: UUID = Field(index=True)
    civility: str = _str()
    given_name: str = _str()
    family_name: str = _str()
    email: str = _str()
    created_at: datetime = _time(index=True)
    last_sent_at: datetime = _time()


class MemberSession(Table, table=True):
    """A signed-in browser; only the digest of its cookie is kept."""

    __tablename__ = "session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    digest: bytes = _digest()
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    created_at: datetime = _time()
    last_seen_at: datetime = _time(index=True)


class NumberAttempts(Table, table=True):
    """Recent wrong provisional passwords for a number, known or not."""

    __tablename__ = "number_attempts"

    number_fingerprint: str = _str(primary_key=True)
    wrong_at: list[datetime] = _times()
    last_at: datetime = _time(index=True)


class SignInAttempts(Table, table=True):
    """Failed sign-ins for an address, known or not; the key is a keyed fingerprint."""

    __tablename__ = "sign_in_attempts"

    address_fingerprint: str = _str(primary_key=True)
    failed_at: list[datetime] = _times()
    in_a_row: int = 0
    last_at: datetime = _time(index=True)


class TermsAcceptance(Table, table=True):
    """Proof of which text was accepted, when and how."""

    __tablename__ = "terms_acceptance"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    version: str = _str()
    text_sha256: str = _str()
    accepted_at: datetime = _time()
    channel: str = _str()


class SecurityEvent(Table, table=True):
    """A line of the security journal: appended, never changed (a trigger holds that)."""

    __tablename__ = "security_event"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    at: datetime = _time(index=True)
    kind: str = _str()
    account_id: UUID | None = Field(default=None, index=True)
    person_id: UUID | None = None
    subject: str | None = _str(default=None)
    """Keyed fingerprint of the address or number concerned, when no account is."""
