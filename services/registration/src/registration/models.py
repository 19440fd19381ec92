"""The tables of registration. NIR and member number are nowhere but in ``person_number``, as keyed fingerprints."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CHAR, Column, DateTime, ForeignKey, Index, Text, Uuid
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """Base of this service's tables, with metadata of its own."""


def _moment(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=nullable))


def _text() -> Any:
    return Field(sa_column=Column(Text, nullable=False))


class Person(Table, table=True):
    """A person of the register: as the back office's latest export has them, at the address that was said last."""

    __tablename__ = "person"

    id: UUID = Field(primary_key=True)
    """``shared.contracts.person_id`` of the back office's reference."""
    reference: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    civility: str = _text()
    given_name: str = _text()
    family_name: str = _text()
    birth_name: str = _text()
    """Empty when it is the family name."""
    birth_date: date
    postcode: str = _text()
    address_lines: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """Below the name, last line postcode and town (or country)."""
    postal_zone: str = _text()
    imported_address: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    """The lines that the latest import said, which are not those above once the desk has accepted others."""
    imported_at: datetime = _moment()
    """When an import last said other lines than the one before."""


class PersonNumber(Table, table=True):
    """A number by which a person is known. Several persons may share one NIR (children on a parent's)."""

    __tablename__ = "person_number"
    __table_args__ = (Index("person_number_fingerprint", "fingerprint"),)

    person_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True))
    kind: str = Field(sa_column=Column(Text, primary_key=True))
    """``member`` or ``nir``."""
    fingerprint: str = _text()
    """``kid:hex`` under the key that was current at the import."""


class AddressChange(Table, table=True):
    """The newest change of a person's postal address that was heard of, so that an older one that comes later is left.

    Without the address: that is in ``person``, where an import that says a new one replaces it.
    """

    __tablename__ = "address_change"

    person_id: UUID = Field(primary_key=True)
    report_id: UUID
    changed_at: datetime = _moment()


class AccountState(Table, table=True):
    """What activation has told about a person's account. Apart from ``person``: an import never touches it."""

    __tablename__ = "account_state"

    person_id: UUID = Field(primary_key=True)
    activated_at: datetime | None = _moment(nullable=True)
    confirmed_at: datetime | None = _moment(nullable=True)
    closed_at: datetime | None = _moment(nullable=True)
    """The latest closing: what was told before it counts no more, even if it is heard of later."""
    frozen_at: datetime | None = _moment(nullable=True)
    """The latest freezing: letters asked for until then open nothing. Forgotten once no such letter would count anyway."""
    email: str = _text()
    """The confirmed address; empty until then."""
    told_at: datetime | None = _moment(nullable=True)
    """When the owner was last told that someone asked for an account again."""


class AccountRequest(Table, table=True):
    """A request as recorded, and what is heard of its letter. Nothing of what was typed can be read here."""

    __tablename__ = "account_request"
    __table_args__ = (
        Index("account_request_person", "person_id", "requested_at"),
        Index("account_request_purge", "requested_at"),
    )

    id: UUID = Field(primary_key=True)
    submission_id: UUID = Field(sa_column=Column(Uuid, nullable=False, unique=True))
    reference: str = Field(sa_column=Column(CHAR(8), nullable=False, unique=True))
    """What the person can quote; says nothing by itself."""
    requested_at: datetime = _moment()
    purpose: str = _text()
    """What was asked for (``LetterPurpose``); a letter for ``recovery`` is an ordinary one where no account is confirmed."""
    outcome: str = _text()
    """See ``outcome.Outcome``."""
    person_id: UUID | None = None
    """Empty when nobody of the register matched."""

    # of a request that made a letter; all empty where it was made before there was a page to follow it by
    tracking_digest: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    """SHA-256, in hexadecimal, of the token that the mails about the letter carry."""
    news: str | None = Field(default=None, sa_column=Column(Text))
    """The e-mail address for news of it, locked with that token: who has the token alone can read it (``tracking.py``)."""
    place: str | None = Field(default=None, sa_column=Column(Text))
    """Where it goes, masked (``masked_place.py``)."""
    postal_zone: str | None = Field(default=None, sa_column=Column(Text))
    address_fingerprint: str | None = Field(default=None, sa_column=Column(Text))
    """Of the address that it goes to; empty too once somebody has said that the address is right (``returned_letters.py``)."""
    posted_at: datetime | None = _moment(nullable=True)
    valid_until: datetime | None = _moment(nullable=True)
    returned_at: datetime | None = _moment(nullable=True)
    return_reason: str | None = Field(default=None, sa_column=Column(Text))
    """Why the post brought it back: a code of ``LetterReturned``."""
    voided_at: datetime | None = _moment(nullable=True)
    """When it became void by wrong passwords."""


class IdentifierRequest(Table, table=True):
    """A request to be told one's identifier, kept for a day: so that a page sent twice is one request, and a person is not
    told too often. Nothing of what was typed is kept."""

    __tablename__ = "identifier_request"
    __table_args__ = (
        Index("identifier_request_person", "person_id", "requested_at"),
        Index("identifier_request_purge", "requested_at"),
    )

    id: UUID = Field(primary_key=True)
    submission_id: UUID = Field(sa_column=Column(Uuid, nullable=False, unique=True))
    requested_at: datetime = _moment()
    person_id: UUID | None = None
    """Who is told by e-mail; empty when nobody is."""


class UsedCaptcha(Table, table=True):
    """A captcha challenge that was answered, rightly or not: it never serves again."""

    __tablename__ = "used_captcha"
    __table_args__ = (Index("used_captcha_expiry", "expires_at"),)

    nonce: bytes = Field(primary_key=True)
    expires_at: datetime = _moment()
