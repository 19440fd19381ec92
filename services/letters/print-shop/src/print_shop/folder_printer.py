"""The printer of the demonstration, or a machine's hot folder: each print is one PDF in it, whole or not at all."""

import hashlib
from pathlib import Path

from print_shop.durable import make_folder, sync_folder, write_durably
from print_shop.refusal import BatchRefusedError
from print_shop.seen import NOTHING, AlreadyPrintedError, Seen, Watch
from print_shop.tickets import Ticket


class FolderPrinter:
    """A prepared file is hidden; printing it is giving it its name, so that one of the two is there at any time.

    When neither is, somebody took it away: a machine that prints it, perhaps.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    async def check(self) -> None:
        """Make the folder."""
        make_folder(self._folder)

    async def prepare(self, name: str, pdf: bytes) -> Ticket:
        """Write the hidden file.

        Raises:
            AlreadyPrintedError: the very file is there by that name.
            BatchRefusedError: another file is; it is left alone.
        """
        make_folder(self._folder)
        ticket = Ticket(kind="folder", printer=str(self._folder), job=f"{name}.pdf", name=name)
        path = self._printed(ticket)
        if path.exists():
            if _sha256(path.read_bytes()) == _sha256(pdf):
                raise AlreadyPrintedError(ticket)
            raise BatchRefusedError("name-taken", f"un autre fichier nommé {path.name} a déjà été imprimé")
        write_durably(self._hidden(ticket), pdf)
        return ticket

    async def release(self, ticket: Ticket, pdf: bytes) -> None:  # noqa: ARG002 (prepared already)
        """Give the file its name."""
        self._hidden(ticket).replace(self._printed(ticket))
        sync_folder(self._folder)

    async def seen(self, ticket: Ticket, sheets: int) -> Seen:
        """Look which of the two is there; a hidden one is removed."""
        if self._hidden(ticket).exists():
            await self.abandon(ticket)
            return NOTHING
        if self._printed(ticket).exists():
            return Seen("printed", sheets)
        return Seen("unknown", words=f"{ticket.job} n’est plus dans {self._folder} : quelqu’un l’a pris, ou supprimé")

    async def follow(self, ticket: Ticket, sheets: int, watch: Watch) -> Seen:  # noqa: ARG002 (it is at its end already)
        """What is there."""
        return await self.seen(ticket, sheets)

    async def abandon(self, ticket: Ticket) -> None:
        """Remove the hidden file."""
        self._hidden(ticket).unlink(missing_ok=True)

    def where(self, ticket: Ticket) -> str:
        """The file."""
        return str(self._printed(ticket))

    def _printed(self, ticket: Ticket) -> Path:
        return self._folder / ticket.job

    def _hidden(self, ticket: Ticket) -> Path:
        return self._folder / f".{ticket.job}.ready"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
