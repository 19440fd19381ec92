"""Batches that nobody took in time are offered again. What was given to a spool never is by itself: it may be printed."""

from sqlmodel import col, select

from letters.batches.closing import ClosingRules
from letters.models import BatchState, PrintBatchRow
from letters.reconciliation.runs import offer_again
from shared.database.engine import Database
from shared.security.key_ring import KeyRing

SECONDS = 30.0
NOT_TAKEN = "not-taken"
"""The reason that the note gives."""


async def offer_overdue(database: Database, rules: ClosingRules, keys: KeyRing) -> bool:
    """Offer one overdue batch again. Whether there was one."""
    async with database.unit_of_work() as work:
        row = await work.session.scalars(
            select(PrintBatchRow)
            .where(
                PrintBatchRow.state == BatchState.OFFERED,
                col(PrintBatchRow.taken_by) <= work.now,
                col(PrintBatchRow.claimed_by).is_(None),
                col(PrintBatchRow.manifest).is_not(None),
            )
            .order_by(col(PrintBatchRow.taken_by))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        batch = row.first()
        if batch is None:
            return False
        await offer_again(batch, work, keys, rules.taken_by(work.now), NOT_TAKEN)
        return True
