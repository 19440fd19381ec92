"""What is done with a batch, step by step; every step is in the journal, so that a crash costs none and repeats none."""

from dataclasses import dataclass

from print_shop import upgrade
from print_shop.posting import post
from print_shop.printing import Printing
from print_shop.record import Record
from print_shop.shop import Shop
from print_shop.steps import State, Step
from print_shop.taking import Taking

_IN_HAND = frozenset({State.ARRIVED, State.PRINTING})


@dataclass(frozen=True)
class Worker:
    """Takes batches, prints them where it has a printer, and tells so: each once, however often it is asked."""

    shop: Shop
    taking: Taking
    printing: Printing | None = None
    post_at_once: bool = False
    """Whether what is printed counts as posted, all of it: for the demonstration."""

    async def finish(self, record: Record, *, asked_again: bool = False) -> Record:
        """Do what can be done for a batch without the operator, and tell it.

        ``asked_again``: it was offered again: whoever offers it may not know what was told.

        Raises:
            BrokerUnavailableError, UnroutableError: a receipt was not confirmed: call it again later.
            PrinterAwayError, PrinterRefusesError, StoppedError: see ``Printing.print``.
        """
        if record.state is State.ARRIVED:
            record, asked_again = await self.taking.check(record), False
        told = await self.shop.tell(record)
        if self.printing is not None and record.state in {State.TO_PRINT, State.PRINTING}:
            record = await self.print(self.printing, record)
            told = await self.shop.tell(record) or told
        if self.post_at_once and record.state is State.TO_POST:
            record = post(self.shop, record, ()) or record
            told = await self.shop.tell(record) or told
        if asked_again and not told:
            await self.shop.tell_last(record)
        return self.shop.journal.get(record.batch_id) or record

    async def print(self, printing: Printing, record: Record) -> Record:
        """Print a batch, unless it was told to be taken so late that by now another offer has its place.

        Raises:
            As ``Printing.print``.
        """
        manifest = self.shop.spool.manifest(record.batch_id) if record.state is State.TO_PRINT else None
        late = manifest is not None and record.at[Step.TAKEN_TOLD] > manifest.taken_by
        if manifest is not None and late and await self.taking.is_ours(manifest) is False:
            return self.taking.leave(record)
        return await printing.print(record)

    async def resume(self) -> None:
        """Go on with what an earlier life of a worker left.

        Raises:
            As ``finish``.
        """
        upgrade.take_over(self.shop)
        for record in self.shop.journal.records():
            if record.ended:
                self.shop.clear(record)
            elif record.state is not State.OFFERED:
                if record.state in _IN_HAND:
                    self.shop.display.resumed(record)
                await self.finish(record)
