"""The second step of signing in: the password was right, and a passkey, an application or a recovery code does the rest."""

from dataclasses import dataclass

from activation.models import Account
from activation.parts import Parts
from activation.second_factor import attempts, factors, proofs, steps
from activation.second_factor.proofs import Answer
from activation.second_factor.web_authentication import relying_party, request_options
from activation.security_settings.arrival import Arrived, arrive
from activation.security_settings.browser import Browser
from activation.sign_in import Blocked, Wrong
from activation.sign_in_limits import Failures
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class CodesBlocked(Blocked):
    """Too many wrong codes; without ``until`` only a new letter helps."""


@dataclass(frozen=True)
class StepOver:
    """The sign-in waits no longer: too late, too many answers, or the account has changed. Begin again."""


@dataclass(frozen=True)
class Means:
    """What may be answered with."""

    application: bool
    passkey_options: str
    """JSON for the browser; empty without a passkey."""


async def asked(parts: Parts, token: str) -> Means | None:
    """What the page of a waiting sign-in offers; None when it waits no longer."""
    async with parts.database.unit_of_work() as work:
        found = await steps.find(work, token)
        if found is None or steps.is_spent(found[0]):
            return None
        step, account = found
        has = await factors.of(work, account.id)
        challenge = steps.give_challenge(step) if has.passkeys else b""
    options = request_options(relying_party(parts.public_url), has.passkeys, challenge) if has.passkeys else ""
    return Means(has.application is not None, options)


async def verify(
    parts: Parts, token: str, answer: Answer, earlier_session: str, browser: Browser
) -> Arrived | Wrong | CodesBlocked | StepOver:
    """Look at an answer and start a session. It is counted first, and forgotten when it was right."""
    async with parts.database.unit_of_work() as work:
        found = await steps.find(work, token)
        if found is None or steps.is_spent(found[0]):
            return StepOver()
        step, account = found
        blocked = await attempts.reserve(work, account.id) if answer.code else None
        if blocked is not None:
            return codes_blocked(work, blocked)
        challenge = steps.count(step)
        last = steps.is_spent(step)
    proof = await proofs.look(parts, account.id, answer, challenge)
    async with parts.database.unit_of_work() as work:
        found = await steps.find(work, token)
        if found is None:
            return StepOver()
        _, current = found
        if not await proofs.take(parts, work, current, proof):
            return StepOver() if last else Wrong()
        return await _finish(parts, work, token, current, answer, earlier_session, browser)


async def _finish(
    parts: Parts,
    work: UnitOfWork,
    token: str,
    account: Account,
    answer: Answer,
    earlier_session: str,
    browser: Browser,
) -> Arrived:
    await steps.end(work, token)
    if answer.code:
        await attempts.forget(work, account.id)
    return await arrive(work, account, browser, earlier_session, parts.notifier)


def codes_blocked(work: UnitOfWork, failures: Failures) -> CodesBlocked:
    """As a page is told."""
    return CodesBlocked(failures.again_at(work.now))
