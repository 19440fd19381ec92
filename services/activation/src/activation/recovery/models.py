"""The tables of recovery; only digests of tokens are kept."""

from datetime import datetime
from uuid import UUID

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
    ended_at: datetime | None = moment(nullable=True)
    """Used, guessed at too often, or overtaken by another that was used."""


class DisavowalToken(Table, table=True):
    """A link that says « ce n’était pas moi » of one change."""

    __tablename__ = "disavowal_token"

    digest: bytes = token_hash(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    change: str = words()
    created_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = moment(nullable=True)
