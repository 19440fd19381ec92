"""What lets somebody into an account besides its password, ended or erased together."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from activation import sessions, sign_in_attempts
from activation.failure_subjects import OF_AN_ACCOUNT
from activation.models import (
    DisavowalToken,
    EmailChange,
    MemberSession,
    Passkey,
    RecoveryCode,
    ResetToken,
    SecondStep,
    TotpFactor,
)
from activation.second_factor import application, steps
from activation.security_settings import devices
from shared.database.unit_of_work import UnitOfWork

_ALL = (MemberSession, ResetToken, DisavowalToken, EmailChange, SecondStep, TotpFactor, Passkey, RecoveryCode)
"""But for known browsers (``devices``), and for what goes with its session."""


async def end_links_of(work: UnitOfWork, table: type[ResetToken] | type[EmailChange], account_id: UUID) -> None:
    """End the links of one kind."""
    going_on = (col(table.account_id) == account_id, col(table.ended_at).is_(None))
    await work.session.execute(update(table).where(*going_on).values(ended_at=work.now))


async def end_links(work: UnitOfWork, account_id: UUID) -> None:
    """End links to change password or address, sign-ins that wait for the second factor, and secrets offered for one."""
    for table in (ResetToken, EmailChange):
        await end_links_of(work, table, account_id)
    await steps.end_all(work, account_id)
    await application.end_offers(work, account_id)


async def end(work: UnitOfWork, account_id: UUID, *, but: UUID | None = None) -> None:
    """End all that is under way: every session but that one, and the links. The account's row is locked by who calls."""
    await sessions.end_others(work, account_id, but)
    await end_links(work, account_id)


async def erase(work: UnitOfWork, account_id: UUID) -> None:
    """Delete all of it, the second factors and what was counted too. The account's row is locked by who calls."""
    for table in _ALL:
        await work.session.execute(delete(table).where(col(table.account_id) == account_id))
    await devices.erase(work, account_id)
    await sign_in_attempts.drop(work, *(subject.of(account_id) for subject in OF_AN_ACCOUNT))
