"""The tables of recovery; only digests of tokens are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field

from activation.tables import Table, moment, token_hash, words


class ResetToken(Table, table=True):
    """A link that was sent to choose a new password."""

    __tablename__ = "reset_token"

    digest: bytes = token_hash(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    created_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    wrong_answers: int = 0
    """To the secret question; three end it."""
    answered_at: datetime | None = moment(nullable=True)
    """When the secret question was answered rightly."""
    answered_by: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    """Digest of the visitor cookie of the browser in which it was: elsewhere the question is asked again."""
    used_by: UUID | None = None
    """The sending of the form that chose the password."""
    ended_at: datetime | None = moment(nullable=True)
    """Used, or overtaken: password, question or address were changed, or the account was frozen."""


class DisavowalToken(Table, table=True):
    """A link that says « ce n’était pas moi » of one change."""

    __tablename__ = "disavowal_token"

    digest: bytes = token_hash(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    change: str = words()
    created_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = moment(nullable=True)


class RecoveryRequest(Table, table=True):
    """A letter that was asked for to open a confirmed account anew, from before it is printed."""

    __tablename__ = "recovery_request"

    request_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    requested_at: datetime = moment(index=True)
    voided_at: datetime | None = moment(nullable=True)
    """Its letter opens nothing: « ce n’était pas moi », or another opened the account, or it was closed."""
