"""A batch is printed once. Where nobody can know whether it was, people are asked."""

import asyncio

from print_shop.display import Work
from print_shop.opening import open_batch
from print_shop.printers import Printers
from print_shop.record import Record
from print_shop.refusal import BatchRefusedError
from print_shop.seen import NOTHING, AlreadyPrintedError, Seen, Watch
from print_shop.shop import Shop
from print_shop.steps import State, Step
from print_shop.tickets import Ticket
from print_shop.words import fr
from shared.contracts.print_batch import PrintBatch
from shared.messaging import fault_points
from shared.observability.operations import PRINT_BATCH
from shared.observability.trace import span
from shared.security.key_ring import KeyRing

NO_TICKET = Seen("unknown", words=fr("l’impression avait commencé avec une version antérieure du programme"))
_OUTCOMES = {State.TO_POST: "printed", State.REFUSED: "refused"}
_PRINTABLE = frozenset({State.TO_PRINT, State.PRINTING, State.IN_DOUBT})


class Printing:
    """Prints batches of the spool, and finds out what became of prints that an earlier life began."""

    def __init__(self, shop: Shop, private_keys: KeyRing, printers: Printers) -> None:
        self._shop = shop
        self._private_keys = private_keys
        self._printers = printers

    async def print(self, record: Record, again: str = "") -> Record:
        """Print a batch, or go on with a print that was begun. ``again``: print it anew, for that reason.

        A batch that is not what its manifest says is refused; one whose print can't be told from none is ``in-doubt``.

        Raises:
            BatchRefusedError: it can't be printed again; what was printed stands.
            PrinterAwayError, PrinterRefusesError: call it again later.
            StoppedError: told to stop while it prints; call it again later.
        """
        with span(PRINT_BATCH, {"espace.batch_id": record.batch_id}) as printing:
            try:
                record = await self._print(record, again)
            except BatchRefusedError as error:
                if record.state is State.TO_POST:
                    raise  # the first print is there: what can't be printed again is not refused
                record = self._shop.refuse(record, error)
            printing.set({"espace.outcome": _OUTCOMES.get(record.state, "unsettled")})
        return record

    def was_printed(self, record: Record) -> Record:
        """Take the operator's word that every sheet of a batch is there."""
        return self._note(record, Seen("printed", record.sheets), "said by the operator")

    async def _print(self, record: Record, again: str) -> Record:
        begun = not again and record.state in {State.PRINTING, State.IN_DOUBT}
        ticket, seen = record.ticket, NOTHING
        if begun:
            seen = await self._printers.of(ticket).seen(ticket, record.sheets) if ticket else NO_TICKET
        if seen.what == "nothing":
            try:
                ticket, seen = await self._begin(record, again), Seen("printing")
            except AlreadyPrintedError as found:
                self._shop.display.printed_before(record, found.ticket.job)
                return self._note(record, Seen("printed", record.sheets), "found printed")
        if seen.what == "printing" and ticket:
            seen = await self._follow(record, ticket)
        return self._note(record, seen)

    async def _begin(self, record: Record, again: str) -> Ticket | None:
        manifest, sealed = self._shop.spool.load(record.batch_id)
        pdf = await asyncio.to_thread(open_batch, manifest, sealed, self._private_keys)
        printer = self._printers.chosen
        ticket = await printer.prepare(_name(record, again), pdf)
        with self._shop.journal.held():
            now = self._shop.journal.get(record.batch_id) or record
            if printable := now.state in _PRINTABLE or (now.state is State.TO_POST and bool(again)):
                self._shop.journal.write(now, Step.PRINTING, ticket=ticket, reason=again)
        if not printable:
            # refused by the operator in the meantime
            await printer.abandon(ticket)
            return None
        await printer.release(ticket, pdf)
        fault_points.reached("after-print", PrintBatch.type())
        return ticket

    async def _follow(self, record: Record, ticket: Ticket) -> Seen:
        printer, display = self._printers.of(ticket), self._shop.display
        with display.progress(Work.PRINT, record.serial, record.sheets) as counted:
            watch = Watch(self._shop.stopping, counted, lambda why: display.waits(record.serial, why))
            return await printer.follow(ticket, record.sheets, watch)

    def _note(self, record: Record, seen: Seen, reason: str = "") -> Record:
        with self._shop.journal.held():
            record = self._shop.journal.get(record.batch_id) or record
            if record.state not in _PRINTABLE:
                return record
            if seen.what == "printed":
                record = self._shop.journal.write(record, Step.PRINTED, sheets=seen.sheets, reason=reason)
            elif record.state is not State.IN_DOUBT or record.reason != seen.words:
                record = self._shop.journal.write(record, Step.IN_DOUBT, reason=seen.words)
        if record.state is State.TO_POST:
            self._shop.display.printed(record, self._where(record))
        else:
            self._shop.display.in_doubt(record)
        return record

    def _where(self, record: Record) -> str:
        return self._printers.of(record.ticket).where(record.ticket) if record.ticket else ""


def _name(record: Record, again: str) -> str:
    """Of the printed file or job: another for each run and each print that was asked for."""
    run = f"-run{record.run}" if record.run > 1 else ""
    prints = record.reprints + bool(again) + 1
    return f"{record.serial}{run}" + (f"-again{prints}" if prints > 1 else "")
