"""The password once more, in a session that goes on: before something that others could do with a browser left open
(design §5, *step-up*). The same limits as for signing in, counted together with it.

An account with a second factor shows that, too: the password first, so that no code is used up by a wrong one.
"""

from dataclasses import dataclass
from uuid import UUID

from activation import sessions, sign_in_attempts
from activation.journal import Kind, note
from activation.models import Account
from activation.parts import Parts
from activation.second_factor import application, attempts, factors, passkeys, policy, proofs
from activation.second_factor.proofs import NO_ANSWER, Answer, Proof
from activation.second_factor.verification import CodesBlocked, Means, codes_blocked
from activation.second_factor.web_authentication import relying_party, request_options
from activation.security_settings import owner
from activation.security_settings.browser import Browser
from activation.sign_in import Blocked, Wrong, count

WRONG_PASSWORD = "Ce mot de passe n’est pas le vôtre. Vérifiez-le et recommencez"  # noqa: S105 (what is said of one)


@dataclass(frozen=True)
class Proved:
    """It was right, and the session says so; it goes on with this token (ASVS 7.2.4)."""

    session: str


@dataclass(frozen=True)
class Gone:
    """The session has ended, or its password was changed: sign in."""


@dataclass(frozen=True)
class AnswerMissing:
    """The account has a second factor, and nothing was answered; the password was not looked at."""


@dataclass(frozen=True)
class WrongAnswer:
    """The password was right, the code or the passkey's answer was not."""


async def asked(parts: Parts, token: str) -> Means | None:
    """What the page asks for besides the password; None where that is all."""
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, token)
        if found is None or not await policy.asks(parts, work, found.who.account_id):
            return None
        has = await factors.of(work, found.who.account_id)
        challenge = await passkeys.challenge(work, found.session.id) if has.passkeys else b""
    options = request_options(relying_party(parts.public_url), has.passkeys, challenge) if has.passkeys else ""
    return Means(has.application is not None, options)


async def prove(
    parts: Parts, token: str, password: str, browser: Browser, answer: Answer = NO_ANSWER
) -> Proved | Wrong | WrongAnswer | AnswerMissing | Blocked | Gone:
    """Check what the session's person shows. The failure is written down first, and forgotten when it was none."""
    account = await _password(parts, token, password, browser, answer)
    if not isinstance(account, Account):
        return account
    seen = await _looked_at(parts, token, account.id, answer)
    if isinstance(seen, Blocked):
        return seen
    async with parts.database.unit_of_work() as work:
        current, found = await owner.locked(work, account.id), await sessions.find(work, token)
        if current is None or found is None or current.password_hash != account.password_hash:
            return Gone()
        if await policy.asks(parts, work, account.id) and not await proofs.take(parts, work, current, seen):
            return WrongAnswer()
        renewed = await sessions.rotate(work, found.session) if await sessions.prove(work, token) else None
        if renewed is None:
            return Gone()
        await application.end_offer(work, found.session.id)
        if answer.code:
            await attempts.forget(work, account.id)
        note(work, Kind.PASSWORD_PROVED, current)
        return Proved(renewed)


async def _password(
    parts: Parts, token: str, password: str, browser: Browser, answer: Answer
) -> Account | Wrong | AnswerMissing | Blocked | Gone:
    """Whose password it is."""
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, token)
        if found is None:
            return Gone()
        account = await work.session.get_one(Account, found.who.account_id)
        if not answer and await policy.asks(parts, work, account.id):
            return AnswerMissing()
        subject = await count(parts, work, account.address_key, account, browser)
        if isinstance(subject, Blocked):
            return subject
    right = await parts.passwords.verify(account.password_hash, password)
    async with parts.database.unit_of_work() as work:
        if right:
            await sign_in_attempts.forget(work, subject)
        else:
            note(work, Kind.SIGN_IN_FAILED, account, subject=subject, label=browser.label)
    return account if right else Wrong()


async def _looked_at(parts: Parts, token: str, account_id: UUID, answer: Answer) -> Proof | CodesBlocked | None:
    """What the answer proves besides the password; None where nothing is asked, too."""
    async with parts.database.unit_of_work() as work:
        await owner.locked(work, account_id)  # before its session and its counts, as by who ends them
        found = await sessions.find(work, token)
        if found is None or not await policy.asks(parts, work, account_id):
            return None
        challenge = await passkeys.take_challenge(work, found.session.id)
        blocked = await attempts.reserve(work, account_id) if answer.code else None
        if blocked is not None:
            return codes_blocked(work, blocked)
    return await proofs.look(parts, account_id, answer, challenge)
