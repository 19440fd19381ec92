"""The tables of the second factor. No secret is kept in usable form: the codes' secret is locked, recovery codes are hashed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, LargeBinary, SmallInteger, UniqueConstraint
from sqlmodel import Field

from activation.tables import Table, moment, token_hash, words


class TotpFactor(Table, table=True):
    """An authenticator application that has shown a right code."""

    __tablename__ = "totp_factor"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    secret: str = words()
    """``kid:base64``, locked by ``MEMBER_TOTP_KEYS``."""
    last_step: int = Field(sa_type=BigInteger)
    """The 30 s step of the newest code that was taken: none up to it is taken again."""
    created_at: datetime = moment()


class TotpEnrolment(Table, table=True):
    """The secret that an application is being told; it counts for nothing until the application shows a code.

    Of one session, and gone with it: else who has the password could see the secret that its owner is offered later.
    """

    __tablename__ = "totp_enrolment"

    session_id: UUID = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    secret: str = words()
    """Locked as above."""
    created_at: datetime = moment(index=True)


class Passkey(Table, table=True):
    """A WebAuthn credential; several of one account."""

    __tablename__ = "passkey"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    credential_id: bytes = Field(sa_type=LargeBinary, unique=True)
    public_key: bytes = Field(sa_type=LargeBinary)
    sign_count: int = Field(default=0, sa_type=BigInteger)
    name: str = words()
    """As its owner calls it."""
    created_at: datetime = moment()
    last_used_at: datetime | None = moment(nullable=True)


class RecoveryCode(Table, table=True):
    """One of ten codes that are each good once, for who has lost the rest."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "place"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    place: int = Field(sa_type=SmallInteger)
    """Which of the ten; the code begins with it."""
    code_hash: str = words()
    created_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)


class SecondStep(Table, table=True):
    """A sign-in whose password was right and that waits for the second factor."""

    __tablename__ = "second_step"

    digest: bytes = token_hash(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    password_digest: bytes = Field(sa_type=LargeBinary)
    """SHA-256 of the stored hash of the password that was right: once it was changed, the sign-in does not go on."""
    created_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    wrong: int = 0
    """Answers that were looked at."""
    challenge: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    """What a passkey is to sign."""
