"""One reminder of a letter: when half of the validity of its password is over and nobody has used it.

Never of one that opens nothing, nor within ``LEAST_LEFT`` of its end: who reads their mail once a day or two could no longer
act on it, and is better helped by a new letter. So an outage delays reminders, and those that it made useless are not sent.
Of several letters to a person the newest good one alone is told of, and no older one after it.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, exists, func, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from activation.metrics import REMINDERS
from activation.models import RECOVERY, Account, LetterState, ProvisionalLetter, RecoveryRequest
from shared.contracts.events import LetterReminderDue
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork

EVERY_SECONDS = 600.0
AT_ONCE = 100
"""Letters of one transaction."""
LEAST_LEFT = timedelta(days=2)
TOLD = set(LetterReminderDue.model_fields)

log = structlog.get_logger()


async def remind(database: Database) -> bool:
    """Publish the reminders that are due, up to ``AT_ONCE``; whether there may be more.

    A letter that somebody holds is left to the next time: another replica that does the same, or who is activating with it.
    """
    async with database.unit_of_work() as work:
        due = list(await work.session.scalars(_due(work)))
        await work.publish(*(LetterReminderDue.model_validate(letter.model_dump(include=TOLD)) for letter in due))
        for letter in due:
            letter.reminded_at = work.now
    if due:
        REMINDERS.inc(len(due))
        log.info("owners of letters reminded", count=len(due))
    return len(due) == AT_ONCE


def _due(work: UnitOfWork) -> SelectOfScalar[ProvisionalLetter]:
    letter = ProvisionalLetter
    return (
        select(letter)
        .where(
            col(letter.state) == LetterState.VALID,
            col(letter.reminded_at).is_(None),
            col(letter.valid_until) >= work.now + LEAST_LEFT,
            _half_over(work.now),
            ~_newer(work.now),
            ~_overtaken(),
            ~_disavowed(),
        )
        .order_by(col(letter.valid_until))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )


def _half_over(now: datetime) -> ColumnElement[bool]:
    """As much of the validity is over as is left."""
    return now - col(ProvisionalLetter.posted_at) >= col(ProvisionalLetter.valid_until) - now


def _newer(now: datetime) -> ColumnElement[bool]:
    """The person has a newer letter that is good, or was reminded of one: they hear of a letter no second time."""
    letter, newer = ProvisionalLetter, aliased(ProvisionalLetter)
    good = and_(col(newer.state) == LetterState.VALID, col(newer.valid_until) > now)
    return exists().where(
        col(newer.person_id) == col(letter.person_id),
        tuple_(newer.posted_at, newer.letter_id) > tuple_(letter.posted_at, letter.letter_id),
        or_(good, col(newer.reminded_at).is_not(None)),
    )


def _overtaken() -> ColumnElement[bool]:
    """As ``open_account`` asks: the account is confirmed, for an ordinary letter, or ``overtaken.is_overtaken``."""
    letter = ProvisionalLetter
    since = func.greatest(Account.activated_at, Account.frozen_at, Account.closed_at)
    confirmed = and_(col(letter.purpose) != RECOVERY, col(Account.confirmed_at).is_not(None))
    return exists().where(
        col(Account.person_id) == col(letter.person_id), or_(confirmed, col(letter.requested_at) <= since)
    )


def _disavowed() -> ColumnElement[bool]:
    """As ``recovery_letters.is_void``."""
    return exists().where(
        col(RecoveryRequest.request_id) == col(ProvisionalLetter.request_id),
        col(RecoveryRequest.voided_at).is_not(None),
    )
