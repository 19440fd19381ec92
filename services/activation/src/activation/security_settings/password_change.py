"""Another password: the one of now is the proof, counted like a sign-in (design §5). No hashing while rows are locked."""

import asyncio
import unicodedata
from dataclasses import dataclass

from activation import access, sessions, sign_in_attempts
from activation.journal import Kind, note
from activation.models import Account
from activation.own_secrets import owner_of, password_problem_of
from activation.parts import Parts
from activation.second_factor import policy
from activation.security_notices import Change, tell
from activation.security_settings import devices, owner
from activation.security_settings.browser import Browser
from activation.sessions import Found
from activation.sign_in import Blocked, count
from activation.step_up import WRONG_PASSWORD, Gone

SAME = "Choisissez un mot de passe différent de l’actuel"


@dataclass(frozen=True)
class Changed:
    """It is; this session and this browser go on with these tokens, all others have ended or are forgotten."""

    session: str
    device: str


@dataclass(frozen=True)
class Refused:
    """A French message for a field of the form."""

    field: str
    message: str


async def change(
    parts: Parts, token: str, current: str, wanted: str, browser: Browser
) -> Changed | Refused | Blocked | Gone:
    """Check the password of the session's person, and put another in its place."""
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, token)
        if found is None:
            return Gone()
        account = await work.session.get_one(Account, found.session.account_id)
        subject = await count(parts, work, account.address_key, account, browser)
        if isinstance(subject, Blocked):
            return subject
    if not await parts.passwords.verify(account.password_hash, current):
        async with parts.database.unit_of_work() as work:
            note(work, Kind.SIGN_IN_FAILED, account, subject=subject, label=browser.label)
        return Refused("current", WRONG_PASSWORD)
    async with parts.database.unit_of_work() as work:
        await sign_in_attempts.forget(work, subject)
    problem = await asyncio.to_thread(_problem, parts, account, current, wanted)
    if problem is not None:
        return Refused("password", problem)
    return await _replace(parts, account, found, await parts.passwords.hash(wanted), browser)


def _problem(parts: Parts, account: Account, current: str, wanted: str) -> str | None:
    if unicodedata.normalize("NFKC", current) == unicodedata.normalize("NFKC", wanted):
        return SAME
    return password_problem_of(parts.fingerprint_keys, owner_of(account, account.email), wanted)


async def _replace(parts: Parts, seen: Account, found: Found, new_hash: str, browser: Browser) -> Changed | Gone:
    async with parts.database.unit_of_work() as work:
        account = await owner.locked(work, seen.id)
        if account is None or account.password_hash != seen.password_hash:
            return Gone()
        renewed = await sessions.rotate(work, found.session)
        if renewed is None:
            return Gone()
        account.password_hash = new_hash
        # with a second factor the password alone proves too little: the session stays as proved as it was
        if not await policy.asks(parts, work, account.id):
            await sessions.prove(work, renewed)
        await access.end(work, account.id, but=found.session.id)
        await devices.forget_others(work, account.id, browser.device)
        device = await devices.remember(work, account, browser.device, browser.label)
        note(work, Kind.PASSWORD_CHANGED, account, label=browser.label)
        await tell(work, account, Change.PASSWORD_CHANGED, parts.notifier)
    return Changed(renewed, device)
