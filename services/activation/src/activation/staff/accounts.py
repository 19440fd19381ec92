"""Staff accounts as the command line makes and changes them. What is handed out is known to its caller alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from activation import sign_in_attempts
from activation.staff import sessions
from activation.staff.journal import Kind, note
from activation.staff.kept_secrets import StaffSecrets
from activation.staff.models import StaffAccount
from activation.staff.totp import new_secret
from shared.contracts.provisional_password import generate, grouped
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing
from shared.security.signed_in import Role
from shared.web.forms import EmailRule, FieldError, address_key

LONGEST_NAME = 100
"""Characters: an assertion holds the name, and is not looked at beyond 2,000."""


class StaffError(Exception):
    """What keeps the account from being made or changed, said for a terminal."""


@dataclass(frozen=True)
class HandedOut:
    """What the person gets, once, from whoever made the account."""

    login: str
    password: str = field(repr=False)
    secret: str = field(repr=False)


def attempts_keys(fingerprint_keys: KeyRing, login_key: str) -> tuple[str, ...]:
    """Under which failed sign-ins of a login are counted, apart from a member's with the same address; now, and before."""
    return fingerprints(fingerprint_keys, f"staff:{login_key}")


async def add(
    work: UnitOfWork,
    staff: StaffSecrets,
    login: str,
    name: str,
    role: Role,
    *,
    done_by: str,
    given: HandedOut | None = None,
) -> HandedOut:
    """Make an account; ``given`` is what a demonstration hands out, which need not be changed.

    Raises:
        StaffError: the login is no address or taken, or the name is empty or too long.
    """
    login, name = _checked_login(login), _checked_name(name)
    if await _of(work, login) is not None:
        raise StaffError(f"{login} has an account already: reset-staff hands out new means, list-staff shows all")
    handed_out = given or HandedOut(login, grouped(generate()), new_secret())
    account = StaffAccount(
        login=login,
        login_key=address_key(login),
        name=name,
        role=role,
        password_hash=await staff.passwords.hash(handed_out.password),
        totp_secret=staff.totp.lock(handed_out.secret),
        must_change_password=given is None,
        created_at=work.now,
    )
    work.session.add(account)
    note(work, Kind.CREATED, account.id, done_by=done_by)
    return handed_out


async def reset(
    work: UnitOfWork, staff: StaffSecrets, fingerprint_keys: KeyRing, login: str, role: Role | None, *, done_by: str
) -> HandedOut:
    """Hand out a new password and a new secret for codes; end what was signed in, forget failures, enable again.

    Raises:
        StaffError: there is no such account.
    """
    password, secret = grouped(generate()), new_secret()
    hashed = await staff.passwords.hash(password)  # before any row is locked
    account = await _known(work, login)
    account.password_hash, account.totp_secret = hashed, staff.totp.lock(secret)
    account.must_change_password, account.disabled_at, account.role = True, None, role or account.role
    await sessions.end_all(work, account.id)
    subjects = attempts_keys(fingerprint_keys, account.login_key)
    await sign_in_attempts.carry_over(work, subjects)
    await sign_in_attempts.forget(work, subjects[0])
    note(work, Kind.RESET, account.id, done_by=done_by)
    return HandedOut(account.login, password, secret)


async def disable(work: UnitOfWork, login: str, *, done_by: str) -> None:
    """Keep someone out, from the next request on.

    Raises:
        StaffError: there is no such account.
    """
    account = await _known(work, login)
    account.disabled_at = account.disabled_at or work.now
    await sessions.end_all(work, account.id)
    note(work, Kind.DISABLED, account.id, done_by=done_by)


async def everyone(work: UnitOfWork) -> Sequence[StaffAccount]:
    """All accounts, by login."""
    return (await work.session.scalars(select(StaffAccount).order_by(col(StaffAccount.login_key)))).all()


async def _of(work: UnitOfWork, login: str) -> StaffAccount | None:
    query = select(StaffAccount).where(col(StaffAccount.login_key) == address_key(login)).with_for_update()
    return (await work.session.scalars(query)).one_or_none()


async def _known(work: UnitOfWork, login: str) -> StaffAccount:
    account = await _of(work, login)
    if account is None:
        raise StaffError(f"nobody has the login “{login}”: list-staff shows all")
    return account


def _checked_login(login: str) -> str:
    try:
        checked = EmailRule().check(login.strip())
    except FieldError:
        checked = ""
    if not checked:
        raise StaffError(f"“{login}” is no e-mail address: the login is the professional one")
    return checked


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise StaffError(f"a name has 1 to {LONGEST_NAME} characters: it is what colleagues read")
    return name
