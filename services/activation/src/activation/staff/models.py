"""The staff's tables. No secret is kept in usable form: passwords and tokens are hashed, the codes' secret is locked."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, Identity
from sqlmodel import Field

from activation.tables import Table, moment, token_hash, words
from shared.security.signed_in import Role


class StaffAccount(Table, table=True):
    """Someone who works at the desk; made and changed by the command line alone."""

    __tablename__ = "staff_account"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    login: str = words()
    """The professional e-mail address."""
    login_key: str = words(unique=True)
    """The same as it is compared: trimmed, case-folded, NFKC."""
    name: str = words()
    role: Role = words()
    password_hash: str = words()
    totp_secret: str = words()
    """``kid:base64``, locked by ``STAFF_TOTP_KEYS``."""
    last_totp_step: int = Field(default=0, sa_type=BigInteger)
    """The 30 s step of the newest code that opened a session: no code up to it opens one again."""
    must_change_password: bool
    created_at: datetime = moment()
    disabled_at: datetime | None = moment(nullable=True)


class StaffSession(Table, table=True):
    """A browser that is signed in to the desk; only the digest of its cookie is kept."""

    __tablename__ = "staff_session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    digest: bytes = token_hash()
    staff_id: UUID = Field(foreign_key="staff_account.id", ondelete="CASCADE", index=True)
    created_at: datetime = moment()
    last_seen_at: datetime = moment(index=True)


class StaffJournal(Table, table=True):
    """A line of the staff's journal: appended, never changed (a trigger holds that)."""

    __tablename__ = "staff_journal"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    at: datetime = moment(index=True)
    kind: str = words()
    staff_id: UUID | None = Field(default=None, index=True)
    subject: str | None = words(default=None)
    """Keyed fingerprint of the login that was typed, when it is nobody's."""
    reason: str | None = words(default=None)
    done_by: str | None = words(default=None)
    """Who ran the command line; None: the person at the desk."""
