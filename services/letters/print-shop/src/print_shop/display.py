"""What the people at the print shop see: coloured lines on a terminal, structured lines elsewhere."""

from pathlib import Path
from typing import Protocol

import structlog
from rich.console import Console
from rich.markup import escape

log = structlog.get_logger()


class Display(Protocol):
    """Told of every step; never of a name or a password."""

    def step(self, serial: str, what: str) -> None:
        """Something goes on."""

    def known(self, serial: str, *, ended: bool) -> None:
        """A batch was offered again."""

    def printed(self, serial: str, letters: int, path: Path) -> None:
        """A batch is printed."""

    def warn(self, serial: str, what: str) -> None:
        """People should look."""

    def refused(self, serial: str, reason: str) -> None:
        """People must look."""


class Lines:
    """One JSON line an event."""

    def step(self, serial: str, what: str) -> None:
        """Something goes on."""
        log.info("batch", serial=serial, state=what)

    def known(self, serial: str, *, ended: bool) -> None:
        """A batch was offered again."""
        log.warning("batch offered again", serial=serial, state="ended before" if ended else "already in the spool")

    def printed(self, serial: str, letters: int, path: Path) -> None:
        """A batch is printed."""
        log.info("batch printed", serial=serial, letters=letters, path=path.name)

    def warn(self, serial: str, what: str) -> None:
        """People should look."""
        log.warning("batch", serial=serial, reason=what)

    def refused(self, serial: str, reason: str) -> None:
        """People must look."""
        log.error("BATCH REFUSED", serial=serial, reason=reason)


class Terminal:
    """Coloured lines, and a spinner while a batch is in hand."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("waiting for batches")
        self._status.start()

    def close(self) -> None:
        """Stop the spinner."""
        self._status.stop()

    def step(self, serial: str, what: str) -> None:
        """Something goes on."""
        self._status.update(f"{escape(serial)}: {escape(what)}")
        self._line("cyan", serial, what)

    def known(self, serial: str, *, ended: bool) -> None:
        """A batch was offered again."""
        self._line("yellow", serial, "offered again: " + ("it ended before" if ended else "already in the spool"))

    def printed(self, serial: str, letters: int, path: Path) -> None:
        """A batch is printed."""
        self._status.update("waiting for batches")
        self._line("green", serial, f"{letters} letters printed: {path}")

    def warn(self, serial: str, what: str) -> None:
        """People should look."""
        self._line("bold yellow", serial, what)

    def refused(self, serial: str, reason: str) -> None:
        """People must look."""
        self._status.update("waiting for batches")
        self._line("bold white on red", serial, f"REFUSED: {reason}")

    def _line(self, style: str, serial: str, what: str) -> None:
        self._console.print(f"[{style}]{escape(serial)}[/] {escape(what)}", highlight=False)
