"""A new password in the place of the forgotten one: after it, everything that was open before is ended (design §5)."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from activation import access, link_rows, sign_in_attempts
from activation.journal import Kind, note
from activation.models import Account, ResetToken
from activation.own_secrets import owner_of, password_problem_of
from activation.parts import Parts
from activation.recovery.reset_rules import may_choose
from activation.security_notices import Change, tell
from activation.security_settings import devices
from activation.security_settings.browser import Browser
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints

SAME = "Choisissez un autre mot de passe que l’actuel"


@dataclass(frozen=True)
class Changed:
    """It is the account's password; nobody is signed in. ``device``: the browser's token, empty when that was told before."""

    device: str = ""


@dataclass(frozen=True)
class Refused:
    """Why, in French."""

    message: str


@dataclass(frozen=True)
class NoLink:
    """The link is not, or no longer, good for it, or the answer was given elsewhere."""


async def choose(
    parts: Parts, token: str, visitor: bytes, password: str, submission_id: UUID, browser: Browser
) -> Changed | Refused | NoLink:
    """Take it. The same submission sent again changes nothing and is answered the same."""
    async with parts.database.unit_of_work() as work:
        link = await link_rows.find(work, ResetToken, token)
        if link is not None and link.used_by == submission_id:
            return Changed()
        if link is None or not may_choose(link, visitor, work.now):
            return NoLink()
        account = await work.session.get_one(Account, link.account_id)
    problem = await asyncio.to_thread(
        password_problem_of, parts.fingerprint_keys, owner_of(account, account.email), password
    )
    if problem is not None:
        return Refused(problem)
    if await parts.passwords.verify(account.password_hash, password):
        return Refused(SAME)
    hashed = await parts.passwords.hash(password)
    async with parts.database.unit_of_work() as work:
        return await _take(work, parts, account, token, visitor, hashed, submission_id, browser)


async def _take(
    work: UnitOfWork,
    parts: Parts,
    seen: Account,
    token: str,
    visitor: bytes,
    hashed: str,
    submission_id: UUID,
    browser: Browser,
) -> Changed | NoLink:
    """The change, under locks. Failed sign-ins are forgotten: recovery is the way out of a lockout, and the
    browser that came by it is known from now on, so that strangers' failures stop it no more."""
    subjects = fingerprints(parts.fingerprint_keys, f"address:{seen.address_key}")
    await sign_in_attempts.carry_over(work, subjects)
    await sign_in_attempts.hold(work, subjects[0])
    account = await work.session.get(Account, seen.id, with_for_update=True)
    link = await link_rows.find(work, ResetToken, token, lock=True)
    if link is not None and link.used_by == submission_id:
        return Changed()
    if account is None or link is None or not may_choose(link, visitor, work.now) or not _as_seen(account, seen):
        return NoLink()
    account.password_hash, link.used_by = hashed, submission_id
    await work.session.flush()
    await access.end(work, account.id)
    await sign_in_attempts.forget(work, subjects[0])
    note(work, Kind.PASSWORD_RESET, account)
    await tell(work, account, Change.PASSWORD_RESET, parts.notifier)
    await devices.forget_others(work, account.id)
    return Changed(await devices.remember(work, account, browser.device, browser.label))


def _as_seen(account: Account, seen: Account) -> bool:
    """Whether nothing happened to it while the password was looked at."""
    return (account.password_hash, account.address_key, account.frozen_at) == (
        seen.password_hash, seen.address_key, None,
    )  # fmt: skip
