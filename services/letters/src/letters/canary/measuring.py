"""How long the post takes, as canary letters measured it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from letters.canary.kind import CANARY
from letters.models import CanaryReceipt, Letter, LetterState
from shared.contracts.paris import day_in_paris
from shared.contracts.print_room import Canary, CanaryLine
from shared.contracts.working_days import WorkingDays
from shared.database.unit_of_work import UnitOfWork

SHOWN = 30
MISSING_AFTER = 5
"""Working days after posting: the post takes three for 95 of 100 green letters (« lettre verte », La Poste)."""


async def state(work: UnitOfWork, days: WorkingDays, *, on: bool) -> Canary:
    """The last letters, and the typical delay of those that arrived. ``days``: those on which there is post."""
    lines = await _lines(work)
    measured = [line.days for line in lines if line.days is not None]
    typical = median(measured) if measured else None
    return Canary(on=on, letters=lines, missing=on and missing(lines, work.now, days), typical_days=typical)


async def confirm(work: UnitOfWork, letter_id: UUID, received_on: date, who: str) -> str:
    """Note that one arrived; a second time corrects the day. Returns a code of why not, or nothing.

    ``unknown``: no such canary; ``not-posted``: it has not left, or on a later day; ``future``: the day has not come.
    """
    letter = await work.session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.purpose != CANARY:
        return "unknown"
    if letter.posted_at is None or received_on < day_in_paris(letter.posted_at):
        return "not-posted"
    if received_on > day_in_paris(work.now):
        return "future"
    noted = {"received_on": received_on, "noted_at": work.now, "who": who}
    await work.session.execute(
        insert(CanaryReceipt)
        .values(letter_id=letter_id, **noted)
        .on_conflict_do_update(index_elements=["letter_id"], set_=noted)
    )
    return ""


def missing(lines: Sequence[CanaryLine], now: datetime, days: WorkingDays) -> bool:
    """Whether one was posted so long ago that it should have arrived, and none that was posted later has."""
    for line in lines:  # the newest first
        if line.received_on is not None:
            return False
        if line.posted_at is not None and days.after(day_in_paris(line.posted_at), MISSING_AFTER) < day_in_paris(now):
            return True
    return False


async def _lines(work: UnitOfWork) -> list[CanaryLine]:
    rows = await work.session.execute(
        select(Letter, col(CanaryReceipt.received_on))
        .join(CanaryReceipt, col(CanaryReceipt.letter_id) == col(Letter.id), isouter=True)
        .where(Letter.purpose == CANARY, col(Letter.requested_at) > work.now - timedelta(days=2 * SHOWN))
        .order_by(col(Letter.requested_at).desc())
        .limit(SHOWN)
    )
    return [_line(letter, received_on) for letter, received_on in rows]


def _line(letter: Letter, received_on: date | None) -> CanaryLine:
    posted = letter.posted_at if letter.state == LetterState.POSTED else None
    days = (received_on - day_in_paris(posted)).days if posted and received_on else None
    return CanaryLine(
        id=letter.id, mark=letter.mark, asked_on=day_in_paris(letter.requested_at), state=letter.state,
        posted_at=posted, received_on=received_on, days=days,
    )  # fmt: skip
