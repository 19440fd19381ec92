"""What is done now and then: measure what waits."""

from sqlalchemy import func
from sqlmodel import select

from letters.metrics import LETTERS, OLDEST_WAITING
from letters.models import Letter, LetterState
from shared.database.engine import Database

MEASURE_SECONDS = 15.0


async def measure(database: Database) -> bool:
    """Set the gauges. Returns False: nothing is left to do at once."""
    async with database.unit_of_work() as work:
        counts = await work.session.execute(
            select(Letter.state, func.count(), func.min(Letter.waiting_since))
            .where(Letter.state != LetterState.POSTED)
            .group_by(Letter.state)
        )
        found = {state: (count, oldest) for state, count, oldest in counts}
    for state in (LetterState.WAITING, LetterState.BATCHED, LetterState.PARKED):
        LETTERS.labels(state).set(found.get(state, (0, None))[0])
    _, oldest = found.get(LetterState.WAITING, (0, None))
    OLDEST_WAITING.set((work.now - oldest).total_seconds() if oldest else 0)
    return False
