"""Where a letter is, as far as it is known here: what its page says and advises."""

from datetime import date, datetime
from enum import StrEnum

from registration.models import AccountRequest
from shared.contracts.paris import day_in_paris
from shared.contracts.working_days import WorkingDays
from shared.contracts.working_time import PROMISE_HOURS, promise_due


class Step(StrEnum):
    """In the order in which they are asked: the first that holds is told."""

    USED = "used"
    """The account was activated or confirmed since it was asked for: it opens nothing any more (decision 0035)."""
    RETURNED = "returned"
    VOID = "void"
    """By too many wrong passwords."""
    EXPIRED = "expired"
    WAITING = "waiting"
    """To be printed and posted, as promised."""
    LATE = "late"
    """The same, past the promise."""
    ON_ITS_WAY = "on-its-way"
    OVERDUE = "overdue"
    """It usually would have arrived."""


def step_of(
    letter: AccountRequest, opened_at: datetime | None, due_at: datetime, arrives: date | None, now: datetime
) -> Step:
    """``opened_at``: when the account was last activated or confirmed. ``due_at``: the end of the promise. ``arrives``: the
    last day on which it usually does; None until it is posted."""
    if opened_at is not None and opened_at >= letter.requested_at:
        return Step.USED
    if letter.returned_at is not None:
        return Step.RETURNED
    # a letter that opens an account anew never becomes void so: who asked for one would learn whether there is an account
    if letter.voided_at is not None and letter.purpose != "recovery":
        return Step.VOID
    if letter.valid_until is not None and letter.valid_until < now:
        return Step.EXPIRED
    if letter.posted_at is None or arrives is None:
        return Step.WAITING if now < due_at else Step.LATE
    return Step.ON_ITS_WAY if day_in_paris(now) <= arrives else Step.OVERDUE


def promised(letter: AccountRequest, days: WorkingDays) -> datetime:
    """Until when it is to be posted, and its person told."""
    return promise_due(letter.requested_at, PROMISE_HOURS, days)
