"""What is done now and then: erase sealed files in time, and measure what waits."""

from datetime import timedelta

from sqlalchemy import delete, func
from sqlmodel import col, select

from letters.metrics import LETTERS, OLDEST_WAITING
from letters.models import BatchState, Letter, LetterState, PrintBatchRow, SealedFile
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork

PURGE_SECONDS = 3600.0
MEASURE_SECONDS = 15.0


async def purge(work: UnitOfWork, keep: timedelta) -> None:
    """Erase the files of batches printed and posted longer than ``keep`` ago (design §5: 7 days)."""
    done = select(PrintBatchRow.id).where(
        PrintBatchRow.state == BatchState.PRINTED, col(PrintBatchRow.ended_at) <= work.now - keep
    )
    await work.session.execute(delete(SealedFile).where(col(SealedFile.batch_id).in_(done)))


class Upkeep:
    """The actions of the service's periodic work."""

    def __init__(self, database: Database, keep_files: timedelta) -> None:
        self._database = database
        self._keep_files = keep_files

    async def purge(self) -> bool:
        """Erase what has to go; nothing is left to do at once."""
        async with self._database.unit_of_work() as work:
            await purge(work, self._keep_files)
        return False

    async def measure(self) -> bool:
        """Set the gauges."""
        async with self._database.unit_of_work() as work:
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
