"""What every part of the worker works on: spool, journal, receipts, and the screen."""

import asyncio
from dataclasses import dataclass, field

from print_shop.display import Display
from print_shop.journal import Journal
from print_shop.receipts import TOLD, Receipts, outcomes, receipt, untold
from print_shop.record import Record
from print_shop.refusal import BatchRefusedError
from print_shop.spool import Spool
from print_shop.steps import State, Step


@dataclass
class Shop:
    """One print shop's disk and its way to ``letters``."""

    spool: Spool
    journal: Journal
    receipts: Receipts
    display: Display
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, record: Record) -> bool:
        """Tell what was not told yet of a batch, in its order; whether there was anything. An ended batch leaves the spool.

        Raises:
            BrokerUnavailableError, UnroutableError: a receipt was not confirmed: call it again later.
        """
        due = untold(record)
        for outcome in due:
            await self.receipts.tell(receipt(record, outcome))
            record = self.journal.write(record, TOLD[outcome])
        if record.ended:
            self.clear(record)
        return bool(due)

    async def tell_last(self, record: Record) -> None:
        """Tell once more where a batch is: whoever offers it again may not know.

        Raises:
            BrokerUnavailableError, UnroutableError: not confirmed.
        """
        for outcome in outcomes(record)[-1:]:
            await self.receipts.tell(receipt(record, outcome))

    def refuse(self, record: Record, error: BatchRefusedError) -> Record:
        """Note that a batch is not printed."""
        self.display.refused(record, error)
        return self.journal.write(record, Step.REFUSED, reason=str(error))

    def clear(self, record: Record) -> None:
        """What is to be printed no longer leaves the spool; safe to repeat."""
        if record.state is State.REFUSED:
            self.spool.set_aside(record.batch_id)
        else:
            self.spool.end(record.batch_id)
