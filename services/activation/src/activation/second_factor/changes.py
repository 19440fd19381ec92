"""Factors that come and go: with their recovery codes, a line of the journal, a mail to the owner, and other sessions."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from activation import sessions
from activation.journal import Kind, note
from activation.parts import Parts
from activation.second_factor import factors, passkeys, recovery_codes, steps
from activation.second_factor.application import ShownCode, end_offers
from activation.second_factor.models import RecoveryCode, TotpFactor
from activation.second_factor.recovery_codes import FreshCodes
from activation.second_factor.web_authentication import NewPasskey
from activation.security_notices import Change, tell
from activation.security_settings import owner
from activation.visit import Visit
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Added:
    """It counts from now on. The codes are there with the first factor alone, to be shown once."""

    codes: FreshCodes | None


@dataclass(frozen=True)
class NotAdded:
    """The offer is over, the passkey is kept already, or account or session ended meanwhile."""


@dataclass(frozen=True)
class TooMany:
    """The account has as many passkeys as it may."""


@dataclass(frozen=True)
class NewNamedPasskey:
    """A passkey as its owner calls it."""

    name: str
    passkey: NewPasskey


async def add(
    parts: Parts, visit: Visit, new: ShownCode | NewNamedPasskey, *, end_others: bool
) -> Added | NotAdded | TooMany:
    """Keep a factor that was shown to work; with the first one, recovery codes."""
    outcome = None
    while outcome is None:
        codes = await _codes_of_the_first(parts, visit.account.id)
        outcome = await _add(parts, visit, new, codes, end_others=end_others)
    return outcome


async def _add(
    parts: Parts, visit: Visit, new: ShownCode | NewNamedPasskey, codes: FreshCodes | None, *, end_others: bool
) -> Added | NotAdded | TooMany | None:
    """None when it has become the first one, and there are no codes for that: nothing was done."""
    async with parts.database.unit_of_work() as work:
        account = await owner.locked_in(work, visit.account.id, visit.session.id)
        if account is None:
            return NotAdded()
        has = await factors.of(work, account.id)
        if has.count == 0 and codes is None:
            return None
        if isinstance(new, NewNamedPasskey) and len(has.passkeys) >= passkeys.AT_MOST:
            return TooMany()
        if not await _kept(work, account.id, new):
            return NotAdded()
        note(work, Kind.SECOND_FACTOR_ADDED, account)
        await tell(work, account, Change.SECOND_FACTOR_ADDED, parts.notifier)
        await _others(work, visit, end_others)
        await end_offers(work, account.id)
        if has.count or codes is None:
            return Added(None)
        await codes.give(work, account.id)
        note(work, Kind.RECOVERY_CODES_MADE, account)
    return Added(codes)


async def _kept(work: UnitOfWork, account_id: UUID, new: ShownCode | NewNamedPasskey) -> bool:
    if isinstance(new, ShownCode):
        return await new.enrol(work, account_id)
    return await passkeys.keep(work, account_id, new.name, new.passkey)


async def remove(parts: Parts, visit: Visit, passkey_id: UUID | None, *, end_others: bool) -> bool:
    """Remove a passkey, or (None) the application. False: the last one stays where a second factor is required.

    With the last one the recovery codes go, too. What is not there any more is removed already.
    """
    async with parts.database.unit_of_work() as work:
        account = await owner.locked_in(work, visit.account.id, visit.session.id)
        if account is None:
            return True
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
        account = await owner.locked_in(work, visit.account.id, visit.session.id)
        if account is None or not await factors.has_any(work, account.id):
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


async def _removed(work: UnitOfWork, account_id: UUID, passkey_id: UUID | None) -> bool:
    if passkey_id is not None:
        return await passkeys.remove(work, account_id, passkey_id)
    gone = delete(TotpFactor).where(col(TotpFactor.account_id) == account_id)
    return (await work.session.execute(gone.returning(col(TotpFactor.account_id)))).first() is not None


async def _others(work: UnitOfWork, visit: Visit, end_others: bool) -> None:
    """The owner's choice (ASVS 5.0, 7.4.3)."""
    if end_others and await sessions.end_others(work, visit.account.id, visit.session.id):
        note(work, Kind.SESSIONS_ENDED, visit.account)
