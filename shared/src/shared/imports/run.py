"""The import itself: lines → rows → batches, each stored in one unit of work."""

from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Generic

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.imports.encoding import check_encoding
from shared.imports.failures import RefusedValueError
from shared.imports.header import Header, read_header
from shared.imports.lines import RawLine, read_lines
from shared.imports.report import Report
from shared.imports.row import Refusal, Row, check_row

BATCH = 500
"""Lines stored in one transaction, at most."""


@dataclass(frozen=True)
class Line(Generic[Row]):
    """A line that passed every check of its model."""

    number: int
    row: Row


Store = Callable[[UnitOfWork, Sequence[Line[Row]]], Awaitable[Sequence[Refusal]]]
"""Writes a batch by upsert and commits nothing; returns the lines that only the database could refuse, unwritten."""


@dataclass(frozen=True)
class Import(Generic[Row]):
    """What is imported and how. ``key`` tells the lines that overwrite each other: in one file the last one holds."""

    model: type[Row]
    key: Callable[[Row], Hashable]
    store: Store[Row]


class Progress:
    """What the import tells while it goes on. The base tells nothing."""

    def at(self, position: int, line: int) -> None:
        """``position`` bytes are read, up to that line."""


async def import_file(what: Import[Row], path: Path, database: Database, report: Report, progress: Progress) -> int:
    """Import a file and return the number of lines loaded. Memory does not grow with the file.

    An interruption leaves whole batches only; running again does no harm.

    Raises:
        FileRefusedError: encoding or header, found before anything is loaded.
    """
    check_encoding(path)
    lines = read_lines(path)
    header = read_header(lines, what.model)
    loaded = 0
    for batch in _batches(what, _rows(what, header, lines, report, progress)):
        async with database.unit_of_work() as work:
            refusals = sorted(await what.store(work, batch), key=lambda refusal: refusal.line)
        refused = [list(group) for _, group in groupby(refusals, key=lambda refusal: refusal.line)]
        for group in refused:
            report.add(group)
        loaded += len(batch) - len(refused)
    return loaded


def _rows(
    what: Import[Row], header: Header, lines: Iterator[RawLine], report: Report, progress: Progress
) -> Iterator[Line[Row]]:
    for line in lines:
        progress.at(line.position, line.number)
        try:
            row = check_row(what.model, line.number, header.cells(line))
        except RefusedValueError as error:
            row = [Refusal(line.number, "", str(error))]
        if isinstance(row, list):
            report.add(row)
        else:
            yield Line(line.number, row)


def _batches(what: Import[Row], rows: Iterator[Line[Row]]) -> Iterator[list[Line[Row]]]:
    """Batches without two lines of one key, so that an upsert never meets its own row."""
    batch: dict[Hashable, Line[Row]] = {}
    for line in rows:
        key = what.key(line.row)
        if key in batch or len(batch) == BATCH:
            yield list(batch.values())
            batch = {}
        batch[key] = line
    if batch:
        yield list(batch.values())
