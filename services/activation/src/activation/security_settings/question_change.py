"""Another secret question, or another answer to it. No hashing while rows are locked.

The answer must not be the password, which is looked at like one: counted with failed sign-ins beforehand, and forgotten only
when it was right. Else whoever found the page open could guess there without end.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, func, select

from activation import access, sign_in_attempts
from activation.failure_subjects import FailureSubject
from activation.journal import Kind, note
from activation.models import Account, SecurityEvent
from activation.own_secrets import answer_problem_of, owner_of
from activation.parts import Parts
from activation.secret_question import KNOWN_ELSEWHERE, normal_answer
from activation.security_notices import Change, tell
from activation.security_settings import owner
from activation.security_settings.browser import Browser
from activation.sign_in import Blocked, count
from activation.step_up import Gone
from shared.database.unit_of_work import UnitOfWork

MOST_PER_DAY = 10
"""Each is a mail to the owner, as in ``email_change``."""


@dataclass(frozen=True)
class Saved:
    """Question and answer are the account's: from now on, or they were before."""


@dataclass(frozen=True)
class Refused:
    """Why, in French."""

    message: str


class TooMany:
    """It was changed too often today."""


async def change(
    parts: Parts, seen: Account, session_id: UUID, question: str, typed: str, browser: Browser
) -> Saved | Refused | TooMany | Blocked | Gone:
    """Do it. The same answer to the same question changes nothing."""
    problem = answer_problem_of(parts.fingerprint_keys, owner_of(seen, seen.email), typed)
    if problem is not None:
        return Refused(problem)
    stopped = await _unlike_password(parts, seen, typed, browser)
    if stopped is not None:
        return stopped
    answer = normal_answer(typed)
    if await _is_kept(parts, seen, question, answer):
        return Saved()
    new_hash = await parts.secret_answers.hash(answer)
    now = await _replace(parts, seen, session_id, question, new_hash, browser.label)
    if not isinstance(now, Account):
        return now
    # the same form, sent at the same moment, has changed it: once is enough
    return Saved() if await _is_kept(parts, now, question, answer) else Gone()


async def _unlike_password(
    parts: Parts, seen: Account, typed: str, browser: Browser
) -> Refused | TooMany | Blocked | None:
    """Why the answer can't be taken, or looked at; None when it may be."""
    async with parts.database.unit_of_work() as work:
        if await _changed_today(work, seen.id) >= MOST_PER_DAY:
            return TooMany()
        subject = await count(parts, work, seen.address_key, seen, browser)
        if isinstance(subject, Blocked):
            return subject
    if not await parts.passwords.verify(seen.password_hash, typed):
        return None
    async with parts.database.unit_of_work() as work:
        await sign_in_attempts.forget(work, subject)
    return Refused(KNOWN_ELSEWHERE)


async def _is_kept(parts: Parts, account: Account, question: str, answer: str) -> bool:
    if question != account.secret_question:
        return False
    return await parts.secret_answers.verify(account.secret_answer_hash, answer)


async def _replace(
    parts: Parts, seen: Account, session_id: UUID, question: str, new_hash: str, label: str
) -> Saved | TooMany | Gone | Account:
    """The change, under locks; or the account as it is now, when its answer was changed meanwhile."""
    async with parts.database.unit_of_work() as work:
        account = await owner.locked_in(work, seen.id, session_id)
        if account is None:
            return Gone()
        if account.secret_answer_hash != seen.secret_answer_hash:
            return account
        if await _changed_today(work, account.id) >= MOST_PER_DAY:
            return TooMany()
        account.secret_question, account.secret_answer_hash = question, new_hash
        await access.end_links(work, account.id)
        # wrong ones were answers to the old question
        await sign_in_attempts.drop(work, FailureSubject.SECRET_ANSWER.of(account.id))
        note(work, Kind.SECRET_QUESTION_CHANGED, account, label=label)
        await tell(work, account, Change.SECRET_QUESTION_CHANGED, parts.notifier)
    return Saved()


async def _changed_today(work: UnitOfWork, account_id: UUID) -> int:
    """As the journal says, which forgets nothing in a day."""
    query = select(func.count()).select_from(SecurityEvent)
    own = (
        col(SecurityEvent.account_id) == account_id,
        col(SecurityEvent.kind) == Kind.SECRET_QUESTION_CHANGED,
        col(SecurityEvent.at) > work.now - timedelta(days=1),
    )
    return await work.session.scalar(query.where(*own)) or 0
