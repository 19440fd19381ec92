"""What is done with a batch, step by step; every step is in the journal, so that a crash costs none and repeats none."""

import asyncio
from collections.abc import Callable

from print_shop.display import Display
from print_shop.gateway import Gateway
from print_shop.journal import Journal, Key, Record, Step, key_of
from print_shop.opening import BatchRefusedError, check_sealed, open_batch
from print_shop.printer import FolderPrinter
from print_shop.receipts import Receipts, receipt
from print_shop.spool import Spool
from shared.contracts.print_batch import PrintBatch
from shared.messaging import fault_points
from shared.observability.operations import FETCH_BATCH, PRINT_BATCH
from shared.observability.trace import span
from shared.security.key_ring import KeyRing


class Worker:
    """Accepts a batch into the spool, prints it, and tells so: each once, however often it is asked."""

    def __init__(
        self,
        spool: Spool,
        gateway: Gateway,
        private_keys: KeyRing,
        printer: FolderPrinter,
        receipts: Receipts,
        display: Display,
    ) -> None:
        self._spool = spool
        self._journal = Journal(spool.journal_path)
        self._gateway = gateway
        self._private_keys = private_keys
        self._printer = printer
        self._receipts = receipts
        self._display = display

    async def accept(self, batch: PrintBatch, given_up: Callable[[], bool] = lambda: False) -> Record:
        """Fetch a batch into the spool. When this returns its manifest may be acknowledged: the disk knows it.

        Raises:
            NotOfferedError, GaveUpError: see ``Gateway.fetch``; nothing was noted.
        """
        key = key_of(batch)
        if known := self._journal.get(key):
            self._display.known(batch.serial, ended=known.ended)
            return known
        self._display.step(batch.serial, f"fetching {batch.sealed_bytes} sealed bytes, {len(batch.letter_ids)} letters")
        with span(FETCH_BATCH, {"espace.batch_id": batch.batch_id}):
            sealed = await self._gateway.fetch(batch, given_up)
        self._spool.keep(batch, sealed)
        try:
            check_sealed(batch, sealed)
        except BatchRefusedError as error:
            return self._refuse(key, batch.serial, error)
        return self._journal.write(key, batch.serial, Step.SPOOLED)

    async def finish(self, record: Record) -> None:
        """Do what is left of a batch, and tell its end (again, when it had ended: whoever asks may not know).

        Raises:
            BrokerUnavailableError, UnroutableError: a receipt was not confirmed: call it again later.
        """
        if Step.REFUSED not in record.at and Step.PRINTED not in record.at:
            await self.tell_taken(record)
            await self.print(record)
        await self.tell_end(record)

    async def resume(self) -> None:
        """Finish what an earlier life of the worker left."""
        for record in self._journal.unfinished():
            self._display.step(record.serial, "taken up again")
            await self.finish(record)

    async def tell_taken(self, record: Record) -> None:
        """Tell that the batch is in the spool, unless it was told."""
        if Step.TAKEN_TOLD not in record.at:
            await self._receipts.tell(receipt(record, "taken"))
            self._journal.write(record.key, record.serial, Step.TAKEN_TOLD)

    async def print(self, record: Record) -> None:
        """Open, check and print; a batch that is not what its manifest says is refused."""
        with span(PRINT_BATCH, {"espace.batch_id": record.key[0]}) as printing:
            printed = await self._print(record)
            printing.set({"espace.outcome": "printed" if printed else "refused"})

    async def _print(self, record: Record) -> bool:
        try:
            batch, sealed = self._spool.load(record.key)
            pdf = await asyncio.to_thread(open_batch, batch, sealed, self._private_keys)
            if self._printer.has_printed(batch):
                self._display.warn(record.serial, "was printed before a crash: not printed again")
            else:
                if Step.PRINTING in record.at:
                    self._display.warn(
                        record.serial, "PRINTED AGAIN: the first print was cut short, look for torn sheets"
                    )
                self._journal.write(record.key, record.serial, Step.PRINTING)
                self._printer.print(batch, pdf)
                fault_points.reached("after-print", batch.type())
        except BatchRefusedError as error:
            self._refuse(record.key, record.serial, error)
            return False
        self._journal.write(record.key, record.serial, Step.PRINTED)
        self._display.printed(record.serial, len(batch.letter_ids), self._printer.path(batch))
        return True

    async def tell_end(self, record: Record) -> None:
        """Tell that the batch is printed or refused; a printed one then leaves the spool."""
        refused = Step.REFUSED in record.at
        await self._receipts.tell(receipt(record, "refused" if refused else "printed"))
        if not record.ended:
            self._journal.write(record.key, record.serial, Step.END_TOLD)
        if refused:
            self._spool.set_aside(record.key)
        else:
            self._spool.remove(record.key)

    def _refuse(self, key: Key, serial: str, error: BatchRefusedError) -> Record:
        self._display.refused(serial, str(error))
        return self._journal.write(key, serial, Step.REFUSED, str(error))
