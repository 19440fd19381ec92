"""What people should look at now: codes for the operations page, gauges for the metrics."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from sqlmodel import col, select

from letters import promise
from letters.canary import measuring
from letters.letter_counts import letter_counts
from letters.metrics import BATCHES, CANARY_DAYS, LETTERS, OLDEST_WAITING, PROMISES
from letters.models import BatchState, LetterState, PrintBatchRow
from letters.print_room import overdue
from shared.contracts.working_days import WorkingDays
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork

SECONDS = 15.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Watch:
    """``shop_days``: those that the promise and the post count; ``canary``: whether a test letter is sent at all."""

    shop_days: WorkingDays
    canary: bool

    async def alerts(self, work: UnitOfWork) -> list[str]:
        """Codes, the most pressing first; the desk has the words."""
        await _measure_letters(work)
        near, broken = promise.counts(await promise.in_danger(work, self.shop_days))
        late, doubtful = await _batches(work)
        canary = await measuring.state(work, self.shop_days, on=self.canary)
        for gauge, state, number in (
            (PROMISES, "near", near), (PROMISES, "broken", broken), (BATCHES, "overdue", late), (BATCHES, "doubt", doubtful)
        ):  # fmt: skip
            gauge.labels(state).set(number)
        CANARY_DAYS.set(canary.typical_days or 0)
        raised = {
            "letters-promise-broken": broken, "letters-promise-near": near, "letters-count-doubt": doubtful,
            "letters-batch-overdue": late, "letters-canary-missing": canary.missing,
        }  # fmt: skip
        return [code for code, number in raised.items() if number]

    def looking(self, database: Database) -> Callable[[], Awaitable[bool]]:
        """The same for a periodic job, which sets the gauges and warns in the log when an alert is raised."""
        known: list[str] = []

        async def look() -> bool:
            nonlocal known
            async with database.unit_of_work() as work:
                raised = await self.alerts(work)
            for code in raised:
                if code not in known:
                    log.warning("print room alert", reason=code)
            known = raised
            return False

        return look


async def _measure_letters(work: UnitOfWork) -> None:
    counts = await letter_counts(work)
    for state, number in (
        (LetterState.WAITING, counts.waiting), (LetterState.BATCHED, counts.batched), (LetterState.PARKED, counts.parked)
    ):  # fmt: skip
        LETTERS.labels(state).set(number)
    oldest = counts.oldest_waiting_since
    OLDEST_WAITING.set((work.now - oldest).total_seconds() if oldest else 0)


async def _batches(work: UnitOfWork) -> tuple[int, int]:
    """How many are overdue, and how many have a doubt."""
    open_ones = await work.session.scalars(
        select(PrintBatchRow).where(col(PrintBatchRow.state).in_([BatchState.OFFERED, BatchState.TAKEN]))
    )
    doubtful = await work.session.scalars(select(col(PrintBatchRow.id)).where(PrintBatchRow.doubt != ""))
    return sum(bool(overdue(batch, work.now)) for batch in open_ones), len(doubtful.all())
