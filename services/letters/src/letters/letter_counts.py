"""How many letters are where, those that are posted excepted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import select

from letters.models import Letter, LetterState
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class LetterCounts:
    """``oldest_waiting_since``: of the letter that has waited longest for a batch; None when none does."""

    waiting: int
    batched: int
    parked: int
    oldest_waiting_since: datetime | None


async def letter_counts(work: UnitOfWork) -> LetterCounts:
    """Counted now."""
    rows = await work.session.execute(
        select(Letter.state, func.count(), func.min(Letter.waiting_since))
        .where(Letter.state != LetterState.POSTED)
        .group_by(Letter.state)
    )
    found = {state: (number, oldest) for state, number, oldest in rows}
    waiting, oldest = found.get(LetterState.WAITING, (0, None))
    batched, parked = (found.get(state, (0, None))[0] for state in (LetterState.BATCHED, LetterState.PARKED))
    return LetterCounts(waiting, batched, parked, oldest)
