"""What lets somebody into an account besides its password, ended or erased together."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from activation.models import (
    DisavowalToken,
    EmailChange,
    KnownDevice,
    MemberSession,
    Passkey,
    RecoveryCode,
    ResetToken,
    SecondStep,
    TotpFactor,
)
from shared.database.unit_of_work import UnitOfWork

_ALL = (
    MemberSession, ResetToken, DisavowalToken, EmailChange, SecondStep, TotpFactor, Passkey, RecoveryCode, KnownDevice,
)  # fmt: skip


async def end(work: UnitOfWork, account_id: UUID) -> None:
    """End what is under way: sessions, sign-ins that wait for the second factor, links to change password or address.

    The account's row is locked by who calls.
    """
    for gone in (MemberSession, SecondStep):
        await work.session.execute(delete(gone).where(col(gone.account_id) == account_id))
    for ended in (ResetToken, EmailChange):
        await work.session.execute(
            update(ended)
            .where(col(ended.account_id) == account_id, col(ended.ended_at).is_(None))
            .values(ended_at=work.now)
        )


async def erase(work: UnitOfWork, account_id: UUID) -> None:
    """Delete all of it, the second factors too."""
    for table in _ALL:
        await work.session.execute(delete(table).where(col(table.account_id) == account_id))
