"""The secret question, asked of who has the link: an extra gate, never the only one (``research/identity.md`` §3).

A wrong answer is written down before the answer is looked at, and taken back when it was right. It counts for the link, which
the third one ends, and for the account, by the limits of signing in but apart from them: only who opens its mail can use these
up, so that failed sign-ins keep nobody from recovery.
"""

from dataclasses import dataclass
from datetime import datetime

from activation import link_rows, sign_in_attempts
from activation.failure_subjects import FailureSubject
from activation.journal import Kind, note
from activation.models import Account, ResetToken
from activation.parts import Parts
from activation.recovery.reset_rules import WRONG_ANSWERS, Link, link_state
from activation.secret_question import normal_answer


@dataclass(frozen=True)
class Right:
    """This browser may choose a password."""


@dataclass(frozen=True)
class Wrong:
    """How many answers are ``left`` with this link."""

    left: int


@dataclass(frozen=True)
class Blocked:
    """Too many wrong answers with several links; ``until`` is when to try again, None when only a letter helps."""

    until: datetime | None


@dataclass(frozen=True)
class NoLink:
    """The link is not, or no longer, good for an answer."""


async def answer(parts: Parts, token: str, typed: str, visitor: bytes) -> Right | Wrong | Blocked | NoLink:
    """Check an answer; ``visitor`` is the digest of the browser's visitor cookie."""
    async with parts.database.unit_of_work() as work:
        link = await link_rows.find(work, ResetToken, token, lock=True)
        if link is None or link_state(link, work.now) is not Link.OPEN:
            return NoLink()
        subject = FailureSubject.SECRET_ANSWER.of(link.account_id)
        blocked = await sign_in_attempts.reserve(work, subject)
        if blocked is not None:
            return Blocked(blocked.again_at(work.now))
        link.wrong_answers += 1
        left = WRONG_ANSWERS - link.wrong_answers
        account = await work.session.get_one(Account, link.account_id)
    if not await parts.secret_answers.verify(account.secret_answer_hash, normal_answer(typed)):
        async with parts.database.unit_of_work() as work:
            note(work, Kind.SECRET_ANSWER_WRONG, account)
        return Wrong(left)
    newer_hash = await parts.secret_answers.renewed(account.secret_answer_hash, normal_answer(typed))
    async with parts.database.unit_of_work() as work:
        current = await work.session.get(Account, account.id, with_for_update=True)
        link = await link_rows.find(work, ResetToken, token, lock=True)
        if current is None or current.secret_answer_hash != account.secret_answer_hash:
            return NoLink()
        if link is None or link.used_by is not None or link.ended_at is not None:
            return NoLink()
        current.secret_answer_hash = newer_hash
        link.wrong_answers -= 1
        link.answered_at, link.answered_by = work.now, visitor
        await sign_in_attempts.forget(work, subject)
    return Right()
