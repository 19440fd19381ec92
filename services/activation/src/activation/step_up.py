"""The password once more, in a session that goes on: before something that others could do with a browser left open
(design §5, *step-up*). The same limits as for signing in, counted together with it."""

from dataclasses import dataclass

from activation import sessions, sign_in_attempts
from activation.journal import Kind, note
from activation.models import Account
from activation.parts import Parts
from activation.sign_in import Blocked, Wrong
from shared.security.fingerprints import fingerprints


@dataclass(frozen=True)
class Proved:
    """It was right, and the session says so."""


@dataclass(frozen=True)
class Gone:
    """The session has ended, or its password was changed: sign in."""


async def prove(parts: Parts, token: str, password: str) -> Proved | Wrong | Blocked | Gone:
    """Check the password of the session's person. The failure is written down first, and forgotten when it was none."""
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, token)
        if found is None:
            return Gone()
        account = await work.session.get_one(Account, found.who.account_id)
        subjects = fingerprints(parts.fingerprint_keys, f"address:{account.address_key}")
        subject = subjects[0]
        await sign_in_attempts.carry_over(work, subjects)
        blocked = await sign_in_attempts.reserve(work, subject)
        if blocked is not None:
            return Blocked(None if blocked.recovery_only else blocked.blocked_until(work.now))
    if not await parts.passwords.verify(account.password_hash, password):
        async with parts.database.unit_of_work() as work:
            note(work, Kind.SIGN_IN_FAILED, account, subject=subject)
        return Wrong()
    async with parts.database.unit_of_work() as work:
        current = await work.session.get_one(Account, account.id)
        if current.password_hash != account.password_hash:
            return Gone()
        await sign_in_attempts.forget(work, subject)
        if not await sessions.prove(work, token):
            return Gone()
        note(work, Kind.PASSWORD_PROVED, current)
    return Proved()
