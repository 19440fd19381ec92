"""Factors that come and go: with their recovery codes, a line of the journal, a mail to the owner, and other sessions."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from activation import sessions
from activation.journal import Kind, note
from activation.models import Account
from activation.parts import Parts
from activation.second_factor import factors, passkeys, recovery_codes, steps
from activation.second_factor.application import ShownCode
from activation.second_factor.models import RecoveryCode, TotpFactor
from activation.second_factor.recovery_codes import FreshCodes
from activation.second_factor.web_authentication import NewPasskey
from activation.security_notices import Change, tell
from activation.visit import Visit
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Added:
    """It counts from now on. The codes are there with the first factor alone, to be shown once."""

    codes: FreshCodes | None


@dataclass(frozen=True)
class NotAdded:
    """The offer is over, or the passkey is kept already."""


@dataclass(frozen=True)
class NewNamedPasskey:
    """A passkey as its owner calls it."""

    name: str
    passkey: NewPasskey


async def add(parts: Parts, visit: Visit, new: ShownCode | NewNamedPasskey, *, end_others: bool) -> Added | NotAdded:
    """Keep a factor that was shown to work."""
    codes = await _codes_of_the_first(parts, visit.account.id)
    async with parts.database.unit_of_work() as work:
        account = await _locked(work, visit)
        first = not await factors.has_any(work, account.id)
        if isinstance(new, ShownCode):
            kept = await new.enrol(work)
        else:
            kept = await passkeys.keep(work, account.id, new.name, new.passkey)
        if not kept:
            return NotAdded()
        note(work, Kind.SECOND_FACTOR_ADDED, account)
        await tell(work, account, Change.SECOND_FACTOR_ADDED, parts.notifier)
        await _others(work, visit, end_others)
        if not first or codes is None:
            return Added(None)
        await codes.give(work, account.id)
        note(work, Kind.RECOVERY_CODES_MADE, account)
    return Added(codes)


async def remove(parts: Parts, visit: Visit, passkey_id: UUID | None, *, end_others: bool) -> bool:
    """Remove a passkey, or (None) the application. False: the last one stays where a second factor is required.

    With the last one the recovery codes go, too. What is not there any more is removed already.
    """
    async with parts.database.unit_of_work() as work:
        account = await _locked(work, visit)
        has = await factors.of(work, account.id)
        if parts.second_factor == "required" and has.count == 1:
            return False
        if not await _removed(work, account.id, passkey_id):
            return True
        if has.count == 1:
            await work.session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
            await steps.end_all(work, account.id)
        note(work, Kind.SECOND_FACTOR_REMOVED, account)
        await tell(work, account, Change.SECOND_FACTOR_REMOVED, parts.notifier)
        await _others(work, visit, end_others)
    return True


async def make_codes(parts: Parts, visit: Visit) -> FreshCodes | None:
    """Ten new codes in the place of the old ones; None without a factor that they could stand in for."""
    codes = await recovery_codes.fresh(parts.recovery_codes)
    async with parts.database.unit_of_work() as work:
        account = await _locked(work, visit)
        if not await factors.has_any(work, account.id):
            return None
        await codes.give(work, account.id)
        note(work, Kind.RECOVERY_CODES_MADE, account)
        await tell(work, account, Change.RECOVERY_CODES_MADE, parts.notifier)
    return codes


async def _codes_of_the_first(parts: Parts, account_id: UUID) -> FreshCodes | None:
    """Hashed before any row is locked."""
    async with parts.database.unit_of_work() as work:
        has_any = await factors.has_any(work, account_id)
    return None if has_any else await recovery_codes.fresh(parts.recovery_codes)


async def _locked(work: UnitOfWork, visit: Visit) -> Account:
    """The account's row holds back whatever else changes its factors, and no sign-in that refers to it."""
    query = select(Account).where(col(Account.id) == visit.account.id).with_for_update(key_share=True)
    return (await work.session.scalars(query)).one()


async def _removed(work: UnitOfWork, account_id: UUID, passkey_id: UUID | None) -> bool:
    if passkey_id is not None:
        return await passkeys.remove(work, account_id, passkey_id)
    gone = delete(TotpFactor).where(col(TotpFactor.account_id) == account_id)
    return (await work.session.execute(gone.returning(col(TotpFactor.account_id)))).first() is not None


async def _others(work: UnitOfWork, visit: Visit, end_others: bool) -> None:
    """The owner's choice (ASVS 5.0, 7.4.3)."""
    if end_others and await sessions.end_others(work, visit.account.id, visit.session.id):
        note(work, Kind.SESSIONS_ENDED, visit.account)
