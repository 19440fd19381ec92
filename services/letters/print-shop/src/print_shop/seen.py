"""What can be known of a print."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from print_shop.tickets import Ticket
from print_shop.words import fr


class PrinterAwayError(Exception):
    """The printer's server does not answer, for now. Its text is for the operator."""

    def __init__(self, words: str) -> None:
        super().__init__(fr(words))


class PrinterRefusesError(Exception):
    """There is no such printer, or it takes no such print. Its text is for the operator."""

    def __init__(self, words: str) -> None:
        super().__init__(fr(words))


class AlreadyPrintedError(Exception):
    """The very file was printed before, under the ticket."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.job)
        self.ticket = ticket


class StoppedError(Exception):
    """Told to stop while a print goes on; it can be followed again later."""


@dataclass(frozen=True)
class Seen:
    """``sheets``: counted by the printer, when ``printed``. ``words``: what is known, when that is not enough to tell."""

    what: Literal["nothing", "printing", "printed", "unknown"]
    sheets: int = 0
    words: str = ""


NOTHING = Seen("nothing")


@dataclass(frozen=True)
class Watch:
    """Who is told while a print goes on."""

    stopping: asyncio.Event
    counted: Callable[[int], None]
    """Sheets out of the printer so far."""
    waits: Callable[[str], None]
    """Why it does not go on: out of paper, for example."""
