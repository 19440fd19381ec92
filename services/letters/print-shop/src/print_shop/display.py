"""What is told while batches are worked on: by JSON lines (``lines.py``), or on a terminal in French (``terminal.py``)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from print_shop.record import Record
from print_shop.refusal import BatchRefusedError


class Work(StrEnum):
    """What takes a while, counted in bytes or in sheets."""

    FETCH = "fetching"
    PRINT = "printing"


class Display(Protocol):
    """Told of every step; never of a name or a password."""

    def idle(self) -> None:
        """Waiting for batches."""

    def progress(self, work: Work, serial: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Something that takes a while; what it yields is told how far it is."""

    def resumed(self, record: Record) -> None:
        """What an earlier life left is gone on with."""

    def known(self, record: Record, run: int) -> None:
        """A batch was offered again: the same run, or another one."""

    def printed_elsewhere(self, serial: str, run: int) -> None:
        """A later run of a batch that is unknown here: people should look for another print."""

    def taken(self, record: Record) -> None:
        """A batch is in the spool, checked."""

    def printed(self, record: Record, where: str) -> None:
        """A batch is printed, all of it."""

    def printed_before(self, record: Record, job: str) -> None:
        """A batch is not printed, since its very file is there."""

    def posted(self, record: Record) -> None:
        """A batch is with the post."""

    def waits(self, serial: str, why: str) -> None:
        """The printer does not go on."""

    def awaited(self, serial: str, why: str) -> None:
        """The gateway does not give a batch yet."""

    def in_doubt(self, record: Record) -> None:
        """People must look: printed or not, nobody can know from here."""

    def refused(self, record: Record, error: BatchRefusedError) -> None:
        """People must look."""

    def foreign(self, serial: str, reason: str) -> None:
        """People must look: somebody speaks in the name of ``letters``."""

    def late(self, serial: str, run: int) -> None:
        """A batch is offered anew by now: this offer counts no longer."""

    def away(self, why: Exception) -> None:
        """Something that is needed does not answer; it is tried again."""

    def close(self) -> None:
        """Nothing more is shown."""
