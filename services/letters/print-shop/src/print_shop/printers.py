"""What a printer is to the worker: something that prints a prepared file when told so, and can be asked about it afterwards."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from print_shop.cups_printer import CupsPrinter
from print_shop.folder_printer import FolderPrinter
from print_shop.seen import Seen, Watch
from print_shop.tickets import Ticket


class Printer(Protocol):
    """Printing has two steps, so that a crash between any two leaves something that can be asked.

    ``prepare`` lets nothing out; its ticket goes into the journal; only then ``release`` prints, once for that ticket.
    """

    async def check(self) -> None:
        """Whether it is there at all.

        Raises:
            PrinterRefusesError: there is no such printer.
            PrinterAwayError: it does not answer.
        """

    async def prepare(self, name: str, pdf: bytes) -> Ticket:
        """Make everything ready for a print of that name.

        Raises:
            AlreadyPrintedError: the very file was printed by that name before.
            BatchRefusedError: another file was.
            PrinterAwayError, PrinterRefusesError: nothing is printed.
        """

    async def release(self, ticket: Ticket, pdf: bytes) -> None:
        """Print what was prepared.

        Raises:
            PrinterAwayError, PrinterRefusesError: it may be printed or not: ask ``seen``.
        """

    async def seen(self, ticket: Ticket, sheets: int) -> Seen:
        """What became of a print. ``nothing``: it was not printed, and with this ticket it never will.

        Raises:
            PrinterAwayError: it does not answer.
        """

    async def follow(self, ticket: Ticket, sheets: int, watch: Watch) -> Seen:
        """Wait for the end of a print.

        Raises:
            StoppedError: ``watch.stopping`` is set.
        """

    async def abandon(self, ticket: Ticket) -> None:
        """Undo ``prepare``.

        Raises:
            PrinterAwayError: it does not answer.
        """

    def where(self, ticket: Ticket) -> str:
        """In words, where it is printed."""


@dataclass(frozen=True)
class Printers:
    """The printer that was chosen, if any, and the one of each earlier print."""

    cups_server: str
    folder: Path | None = None
    queue: str | None = None

    @property
    def chosen(self) -> Printer:
        """The one to print with.

        Raises:
            ValueError: none was chosen.
        """
        if self.folder is not None:
            return FolderPrinter(self.folder)
        if self.queue is not None:
            return CupsPrinter(self.cups_server, self.queue)
        raise ValueError("no printer was chosen")

    def of(self, ticket: Ticket) -> Printer:
        """The one that printed this."""
        if ticket.kind == "folder":
            return FolderPrinter(Path(ticket.printer))
        return CupsPrinter(self.cups_server, ticket.printer)
