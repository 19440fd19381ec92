"""The promise of 24 hours (design §5): from the request to the mail that says that its letter has left, in worked time.

Measured for each letter when that mail is sent; warned of before the end, at 20 hours.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from letters.canary.kind import CANARY
from letters.metrics import PROMISE_SECONDS
from letters.models import Letter
from shared.contracts.events import MailGivenUp, MailSent
from shared.contracts.print_room import Promise, PromiseLine
from shared.contracts.working_days import WorkingDays
from shared.contracts.working_time import PROMISE_HOURS, promise_due, worked_time_between
from shared.database.unit_of_work import UnitOfWork

WARNED_AT_HOURS = 20.0
LOOKED_BACK = timedelta(days=30)
SHOWN = 50
MAIL = "letter-posted"
"""The notifier's name of the mail that keeps the promise."""
NEVER = float("inf")
"""Of a mail that was given up: nobody was told, and nobody will be."""


async def mail_sent(event: MailSent, work: UnitOfWork, days: WorkingDays) -> None:
    """The mail has left: what it took is measured, once."""
    if event.template != MAIL:
        return
    letter = await _untold(work, event)
    if letter is not None:
        took = worked_time_between(letter.requested_at, max(event.sent_at, letter.requested_at), days)
        letter.told_after = took.total_seconds()
        PROMISE_SECONDS.observe(letter.told_after)


async def mail_given_up(event: MailGivenUp, work: UnitOfWork) -> None:
    """The mail never leaves: the promise is broken, and nothing is awaited any more."""
    if event.template == MAIL and (letter := await _untold(work, event)) is not None:
        letter.told_after = NEVER


async def state(work: UnitOfWork, days: WorkingDays) -> Promise:
    """How it was kept in the last 30 days, and where it is in danger."""
    since = work.now - LOOKED_BACK
    told = col(Letter.told_after)
    kept, late, slowest, typical = (
        await work.session.execute(
            select(
                func.count().filter(told <= PROMISE_HOURS * 3600),
                func.count().filter(told > PROMISE_HOURS * 3600),
                func.max(told).filter(told < NEVER),
                func.percentile_cont(0.5).within_group(told).filter(told < NEVER),
            ).where(_counts(), col(Letter.requested_at) > since)
        )
    ).one()
    near = await in_danger(work, days)
    return Promise(
        kept=kept, broken=late + sum(one.broken for one in near), slowest_seconds=slowest or 0,
        typical_seconds=typical or 0, near=near[:SHOWN],
    )  # fmt: skip


async def in_danger(work: UnitOfWork, days: WorkingDays) -> list[PromiseLine]:
    """Requests that were not told yet and are past 20 hours of worked time, the nearest to their end first.

    None of a letter that came back: what is told of it then is another mail, and this one never leaves.
    """
    asked = col(Letter.requested_at)
    # worked time is never more than time: none younger than that can be near
    rows = await work.session.scalars(
        select(Letter)
        .where(
            _counts(), col(Letter.told_after).is_(None), col(Letter.returned_at).is_(None),
            asked > work.now - LOOKED_BACK, asked <= work.now - timedelta(hours=WARNED_AT_HOURS),
        )
        .order_by(asked)
    )  # fmt: skip
    return [_line(letter, work.now, days) for letter in rows if _warned(letter, work.now, days)]


def counts(lines: Sequence[PromiseLine]) -> tuple[int, int]:
    """How many are near their end, and how many are past it."""
    broken = sum(line.broken for line in lines)
    return len(lines) - broken, broken


def _counts() -> ColumnElement[bool]:
    return col(Letter.purpose) != CANARY


def _warned(letter: Letter, now: datetime, days: WorkingDays) -> bool:
    return promise_due(letter.requested_at, WARNED_AT_HOURS, days) <= now


def _line(letter: Letter, now: datetime, days: WorkingDays) -> PromiseLine:
    due = promise_due(letter.requested_at, PROMISE_HOURS, days)
    return PromiseLine(
        request_id=letter.request_id, person_id=letter.person_id, requested_at=letter.requested_at, due_at=due,
        step=letter.state, broken=due < now,
    )  # fmt: skip


async def _untold(work: UnitOfWork, event: Any) -> Letter | None:
    rows = await work.session.scalars(
        select(Letter).where(col(Letter.told_by) == event.caused_by, col(Letter.told_after).is_(None)).with_for_update()
    )
    return rows.one_or_none()
