"""Signing in to the desk: login, password and one-time code, with one answer and the same work for whatever is wrong.

As members sign in (``activation/sign_in.py``): the failure is written down first and forgotten when it was none; no
hashing while rows are locked. A code is good once: the step it belongs to is taken in the transaction that opens the
session, and only a newer one is taken after it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import col, select

from activation import sign_in_attempts
from activation.one_time_codes import is_demonstration, step_of
from activation.parts import Parts
from activation.staff import sessions
from activation.staff.accounts import attempts_keys
from activation.staff.journal import Kind, Reason, note
from activation.staff.kept_secrets import StaffSecrets
from activation.staff.models import StaffAccount
from activation.typed_address import only_an_address
from shared.database.unit_of_work import UnitOfWork
from shared.security.locking import CannotUnlockError
from shared.web.forms import address_key

_NOBODYS_SECRET = "A" * 32
"""Codes of unknown logins are compared with its codes, so that they cost the same work."""


@dataclass(frozen=True)
class Opened:
    """The token of the new session."""

    session: str


@dataclass(frozen=True)
class Wrong:
    """Login, password or code is wrong, or the account is disabled."""


@dataclass(frozen=True)
class Blocked:
    """Too many failures; ``until`` is when to try again, None when only a reset helps."""

    until: datetime | None


async def sign_in(parts: Parts, login: str, password: str, code: str, earlier_session: str) -> Opened | Wrong | Blocked:
    """Check all three and start a session."""
    key = address_key(login)
    subjects = attempts_keys(parts.fingerprint_keys, key)
    subject = subjects[0]
    async with parts.database.unit_of_work() as work:
        await sign_in_attempts.carry_over(work, subjects)
        blocked = await sign_in_attempts.reserve(work, subject)
        account = await _account(work, only_an_address(key))
        if blocked is not None:
            note(work, Kind.REFUSED, account.id if account else None, subject=subject, reason=Reason.BLOCKED)
            return Blocked(blocked.again_at(work.now))
    password_hash = account.password_hash if account else None
    right_password = await parts.staff.passwords.verify(password_hash, password)
    secret, step = _codes(parts.staff, account, code)
    reason = _why_not(account, right_password, secret, step)
    if reason is not None or account is None or step is None:
        async with parts.database.unit_of_work() as work:
            note(work, Kind.REFUSED, account.id if account else None, subject=subject, reason=reason)
        return Wrong()
    renewed = await _renewed(parts.staff, account, password, secret)
    async with parts.database.unit_of_work() as work:
        reason = await _take(work, account, step, renewed)
        note(work, Kind.REFUSED if reason else Kind.SIGNED_IN, account.id, reason=reason)
        if reason is not None:
            return Wrong()
        await sign_in_attempts.forget(work, subject)
        return Opened(await sessions.start(work, account.id, earlier_session))


async def _account(work: UnitOfWork, key: str) -> StaffAccount | None:
    found = await work.session.scalars(select(StaffAccount).where(col(StaffAccount.login_key) == key))
    return found.one_or_none()


def _codes(staff: StaffSecrets, account: StaffAccount | None, code: str) -> tuple[str, int | None]:
    """The account's secret, empty when it opens nothing; and the step that the code belongs to."""
    try:
        secret = staff.totp.unlock(account.totp_secret) if account else ""
    except CannotUnlockError:
        secret = ""
    if staff.refuse_demonstrations and is_demonstration(secret):
        secret = ""
    step = step_of(secret or _NOBODYS_SECRET, code, datetime.now(UTC))
    return secret, step if secret else None


def _why_not(account: StaffAccount | None, right_password: bool, secret: str, step: int | None) -> Reason | None:
    if account is None:
        return Reason.UNKNOWN
    refusals = {
        Reason.DISABLED: account.disabled_at is not None,
        Reason.PASSWORD: not right_password,
        Reason.UNREADABLE: not secret,
        Reason.CODE: step is None,
    }
    return next((reason for reason, refused in refusals.items() if refused), None)


async def _renewed(staff: StaffSecrets, account: StaffAccount, password: str, secret: str) -> dict[str, str]:
    """What is kept, under the keys of today."""
    hashed, locked = account.password_hash, account.totp_secret
    return {
        "password_hash": await staff.passwords.hash(password) if staff.passwords.needs_rehash(hashed) else hashed,
        "totp_secret": staff.totp.lock(secret) if staff.totp.needs_relock(locked) else locked,
    }


async def _take(work: UnitOfWork, account: StaffAccount, step: int, renewed: dict[str, str]) -> Reason | None:
    """Take the code's step, unless it or a newer one was taken, or the account has changed since it was looked at.

    One statement: of many at once with one code, the others wait for the first one's row, then find its step there.
    """
    same = (
        col(StaffAccount.id) == account.id,
        col(StaffAccount.password_hash) == account.password_hash,
        col(StaffAccount.totp_secret) == account.totp_secret,
        col(StaffAccount.disabled_at).is_(None),
    )
    taken = await work.session.execute(
        update(StaffAccount)
        .where(*same, col(StaffAccount.last_totp_step) < step)
        .values(last_totp_step=step, **renewed)
        .returning(col(StaffAccount.id))
    )
    if taken.first() is not None:
        return None
    unchanged = await work.session.execute(select(col(StaffAccount.id)).where(*same))
    return Reason.CODE_USED if unchanged.first() is not None else Reason.CHANGED
