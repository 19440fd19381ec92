"""Signing in with address and password (design §5): the same answer and the same work for addresses nobody has."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import update
from sqlmodel import col, select

from activation import receipts, resend, sign_in_attempts
from activation.journal import Kind, note
from activation.models import Account
from activation.parts import Parts
from activation.second_factor import policy, steps
from activation.security_settings import devices
from activation.security_settings.arrival import Arrived, arrive
from activation.security_settings.browser import Browser
from activation.typed_address import only_an_address, typed_key
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class SecondFactorAsked:
    """Right password of an account with a second factor: the token of the sign-in that waits for it."""

    step: str


@dataclass(frozen=True)
class Unconfirmed:
    """Right password, address not confirmed yet: the token of a receipt for « consultez votre messagerie »."""

    receipt: str


@dataclass(frozen=True)
class Frozen:
    """Right password, but its owner said « ce n’était pas moi »: only a letter opens the account."""


@dataclass(frozen=True)
class Wrong:
    """Address or password is wrong."""


@dataclass(frozen=True)
class Blocked:
    """Too many failures; ``until`` is when to try again, None when only recovery helps."""

    until: datetime | None


async def sign_in(
    parts: Parts, email: str, password: str, earlier_session: str, browser: Browser
) -> Arrived | SecondFactorAsked | Unconfirmed | Frozen | Wrong | Blocked:
    """Check a password and start a session, or ask for the second factor first.

    The failure is written down first, and forgotten when it was none.
    """
    key = typed_key(email)
    async with parts.database.unit_of_work() as work:
        account = await account_at(work, only_an_address(key))
        subject = await count(parts, work, key, account, browser)
        if isinstance(subject, Blocked):
            return subject
    stored = account.password_hash if account else None
    if not await parts.passwords.verify(stored, password) or account is None or stored is None:
        async with parts.database.unit_of_work() as work:
            note(work, Kind.SIGN_IN_FAILED, account, subject=subject, label=browser.label)
        return Wrong()
    newer_hash = await parts.passwords.hash(password) if parts.passwords.needs_rehash(stored) else stored
    async with parts.database.unit_of_work() as work:
        await sign_in_attempts.forget(work, subject)
        current = await _unless_changed(work, account, newer_hash)
        if current is None:
            return Wrong()
        return await _welcome(parts, work, current, earlier_session, browser)


async def count(parts: Parts, work: UnitOfWork, key: str, account: Account | None, browser: Browser) -> str | Blocked:
    """Write a failure down before the password is looked at. Returns what it is counted under, to be forgotten when the
    password was right."""
    subject = await devices.counted_under(work, parts.fingerprint_keys, key, account, browser.device)
    blocked = await sign_in_attempts.reserve(work, subject)
    return subject if blocked is None else Blocked(blocked.again_at(work.now))


async def account_at(work: UnitOfWork, key: str) -> Account | None:
    """The confirmed account of an address, else the newest claim on it."""
    query = select(Account).where(col(Account.address_key) == key, col(Account.closed_at).is_(None))
    found = await work.session.scalars(
        query.order_by(col(Account.confirmed_at).is_(None), col(Account.activated_at).desc()).limit(1)
    )
    return found.first()


async def _unless_changed(work: UnitOfWork, account: Account, newer_hash: str) -> Account | None:
    """The account as it is now, unless its password was changed while ours was being looked at."""
    found = await work.session.scalars(
        update(Account)
        .where(col(Account.id) == account.id, col(Account.password_hash) == account.password_hash)
        .values(password_hash=newer_hash)
        .returning(Account)
    )
    return found.one_or_none()


async def _welcome(
    parts: Parts, work: UnitOfWork, account: Account, earlier_session: str, browser: Browser
) -> Arrived | SecondFactorAsked | Unconfirmed | Frozen:
    """What the right password leads to."""
    if account.frozen_at is not None:
        return Frozen()
    if account.confirmed_at is None:
        return await _to_confirm(work, account)
    if await policy.asks(parts, work, account.id):
        return SecondFactorAsked(await steps.begin(work, account))
    return await arrive(work, account, browser, earlier_session, parts.notifier)


async def _to_confirm(work: UnitOfWork, account: Account) -> Unconfirmed:
    token = receipts.issue(
        work,
        account,
        email=account.email,
        account_id=account.id,
        submission_id=uuid4(),
        sent_at=await resend.last_link_at(work, account),
    )
    return Unconfirmed(token)
