"""The tables of the security settings; only digests of tokens are kept."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from activation.tables import Table, moment, token_hash, words


class EmailChange(Table, table=True):
    """An address to be confirmed in the place of the account's own."""

    __tablename__ = "email_change"

    digest: bytes = token_hash(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    email: str = words()
    address_key: str = words()
    created_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    ended_at: datetime | None = moment(nullable=True)
    """Confirmed, given up, or overtaken by a newer one."""


class KnownDevice(Table, table=True):
    """A browser in which the account was signed in to before; only the digest of its cookie is kept.

    One browser may be known to several accounts: those of a couple, say.
    """

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("digest", "account_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    """Under which its failed sign-ins are counted."""
    digest: bytes = Field(sa_type=LargeBinary)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    label: str = words()
    created_at: datetime = moment()
    last_seen_at: datetime = moment(index=True)
