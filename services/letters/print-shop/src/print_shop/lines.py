"""What is told while batches are worked on, as one JSON line an event, in English."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from print_shop.display import Work
from print_shop.record import Record
from print_shop.refusal import BatchRefusedError

log = structlog.get_logger()


class Lines:
    """See ``Display``."""

    def idle(self) -> None:
        """Nothing to tell."""

    @contextmanager
    def progress(self, work: Work, serial: str, total: int) -> Iterator[Callable[[int], None]]:
        """Its beginning."""
        log.info("batch", serial=serial, state=work.value, count=total)
        yield lambda _: None

    def resumed(self, record: Record) -> None:
        """What an earlier life left is gone on with."""
        log.info("batch taken up again", serial=record.serial, state=record.state.value)

    def known(self, record: Record, run: int) -> None:
        """A batch was offered again."""
        which = "the same run" if run == record.run else f"run {run} of a batch in run {record.run}"
        log.warning("batch offered again", serial=record.serial, state=record.state.value, reason=which)

    def printed_elsewhere(self, serial: str, run: int) -> None:
        """A later run of a batch that is unknown here."""
        log.error("REPRINT: look for another print", serial=serial, reason=f"run {run}, no earlier run is known here")

    def taken(self, record: Record) -> None:
        """A batch is in the spool, checked."""
        log.info("batch taken", serial=record.serial, letters=record.letters, count=record.sheets)

    def printed(self, record: Record, where: str) -> None:  # noqa: ARG002 (a path is not for the log)
        """A batch is printed, all of it."""
        log.info("batch printed", serial=record.serial, letters=record.letters, count=record.printed_sheets)

    def printed_before(self, record: Record, job: str) -> None:
        """A batch is not printed, since its very file is there."""
        log.warning("batch was printed before: not printed again", serial=record.serial, reason=job)

    def posted(self, record: Record) -> None:
        """A batch is with the post."""
        posted = record.letters - len(record.spoiled)
        log.info("batch posted", serial=record.serial, letters=posted, count=len(record.spoiled))

    def waits(self, serial: str, why: str) -> None:
        """The printer does not go on."""
        log.warning("printer waits", serial=serial, reason=why)

    def awaited(self, serial: str, why: str) -> None:
        """The gateway does not give a batch yet."""
        log.warning("gateway is awaited", serial=serial, reason=why)

    def in_doubt(self, record: Record) -> None:
        """People must look."""
        log.error("PRINTED OR NOT: the operator has to say", serial=record.serial, reason=record.reason)

    def refused(self, record: Record, error: BatchRefusedError) -> None:
        """People must look."""
        log.error("BATCH REFUSED", serial=record.serial, reason=error.cause)

    def foreign(self, serial: str, reason: str) -> None:
        """People must look."""
        log.error("MANIFEST NOT SIGNED BY LETTERS", serial=serial, reason=reason)

    def late(self, serial: str, run: int) -> None:
        """A batch is offered anew by now."""
        log.warning("another offer replaces this one", serial=serial, reason=f"run {run}")

    def away(self, why: Exception) -> None:
        """Something that is needed does not answer."""
        log.warning("print shop waits", reason=str(why), exc_type=type(why).__name__)

    def close(self) -> None:
        """Nothing is open."""
