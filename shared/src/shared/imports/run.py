"""The import itself: lines → rows → batches, each stored in one unit of work."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Generic

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.imports.encoding import check_encoding
from shared.imports.failures import RefusedValueError
from shared.imports.header import Header, read_header
from shared.imports.lines import RawLine, read_lines
from shared.imports.report import Report
from shared.imports.row import Refusal, Row, check_row

BATCH = 2_000
"""Lines stored in one transaction, at most. Measured on reimbursements: with 500 a line takes half as much processor time
again (42 µs, of 29); with 5,000 hardly less (28 µs) and 11 MiB more."""


@dataclass(frozen=True)
class Line(Generic[Row]):
    """A line that passed every check of its model."""

    number: int
    row: Row


Store = Callable[[UnitOfWork, Sequence[Line[Row]]], Awaitable[Sequence[Refusal]]]
"""Writes a batch by upsert and commits nothing; returns the lines that only the database could refuse, unwritten."""
Withdraw = Callable[[UnitOfWork, Collection[Any]], Awaitable[int]]
"""Takes away what a whole file does not name, told by the keys of all its lines; commits nothing, returns how many rows."""


@dataclass(frozen=True)
class Kept(Generic[Row]):
    """For rows that a purge takes some time after their last day: a line of one that has gone brings nothing back."""

    last_day: Callable[[Row], date | None]
    """None: has none yet."""
    known: Callable[[UnitOfWork, Collection[Any]], Awaitable[Collection[Any]]]
    """Which of these keys are there. Their lines are written whatever the day: else what they correct would stay."""


@dataclass(frozen=True)
class Import(Generic[Row]):
    """What is imported and how. ``key`` tells the lines that overwrite each other: in one file the last one holds."""

    model: type[Row]
    key: Callable[[Row], Hashable]
    store: Store[Row]
    batch: int = BATCH
    withdraw: Withdraw | None = None
    """Asked at the end of a file of which no line was refused. Only for short files: their keys are kept in memory."""
    kept: Kept[Row] | None = None


class Progress:
    """What the import tells while it goes on. The base tells nothing."""

    def at(self, position: int, line: int) -> None:
        """What the first ``position`` bytes say, up to that line, is stored or refused."""


@dataclass
class Batch(Generic[Row]):
    """Lines by key, what was refused on the way, and where in the file the batch ends."""

    end: RawLine | None = None
    lines: dict[Hashable, Line[Row]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


async def import_file(
    what: Import[Row],
    path: Path,
    database: Database,
    report: Report,
    progress: Progress,
    kept_from: date | None = None,
) -> int:
    """Import a file and return the number of lines loaded. Memory does not grow with the file, but for ``withdraw``.

    ``kept_from``: what ended before that day is past its term (``Import.kept``); None: nothing is.
    An interruption leaves whole batches only; running again does no harm.

    Raises:
        FileRefusedError: encoding or header, found before anything is loaded.
    """
    check_encoding(path)
    lines = read_lines(path)
    batches = _batches(what, read_header(lines, what.model), lines)
    loaded = 0
    named: set[Hashable] = set()
    coming = _next_of(batches)
    try:
        while batch := await coming:
            # read by another thread while the database writes this one
            coming = _next_of(batches)
            loaded += await _store(what, batch, database, report, kept_from)
            if what.withdraw:
                named.update(batch.lines)
            if batch.end:
                progress.at(batch.end.position, batch.end.number)
    finally:
        await asyncio.gather(coming, return_exceptions=True)
    if what.withdraw and not report.refused_lines:
        async with database.unit_of_work() as work:
            report.withdrawn_rows = await what.withdraw(work, named)
    return loaded


def _next_of(batches: Iterator[Batch[Row]]) -> "asyncio.Task[Batch[Row] | None]":
    return asyncio.create_task(asyncio.to_thread(next, batches, None))


async def _store(
    what: Import[Row], batch: Batch[Row], database: Database, report: Report, kept_from: date | None
) -> int:
    """Write a batch and report what it refuses, in the order of the file; returns how many lines are loaded."""
    by_database: Sequence[Refusal] = ()
    gone: Collection[Hashable] = ()
    if batch.lines:
        async with database.unit_of_work() as work:
            gone = await _gone(what, batch, work, kept_from)
            by_database = await what.store(work, [line for key, line in batch.lines.items() if key not in gone])
    report.past_lines += len(gone)
    refusals = sorted((*batch.refusals, *by_database), key=lambda refusal: refusal.line)
    for _, group in groupby(refusals, key=lambda refusal: refusal.line):
        report.add(list(group))
    return len(batch.lines) - len(gone) - len({refusal.line for refusal in by_database})


async def _gone(what: Import[Row], batch: Batch[Row], work: UnitOfWork, kept_from: date | None) -> Collection[Hashable]:
    """Keys of the lines whose row is past its term and no longer there, or never was."""
    if what.kept is None or kept_from is None:
        return ()
    ended = {key: what.kept.last_day(line.row) for key, line in batch.lines.items()}
    past = {key for key, day in ended.items() if day is not None and day < kept_from}
    return past.difference(await what.kept.known(work, past)) if past else ()


def _batches(what: Import[Row], header: Header, lines: Iterator[RawLine]) -> Iterator[Batch[Row]]:
    """Batches without two lines of one key, so that an upsert never meets its own row."""
    batch: Batch[Row] = Batch()
    count = 0
    for line in lines:
        row = _row(what, header, line)
        key = None if isinstance(row, list) else what.key(row)
        if count == what.batch or key in batch.lines:
            yield batch
            batch, count = Batch(), 0
        count += 1
        batch.end = line
        if isinstance(row, list):
            batch.refusals += row
        else:
            batch.lines[key] = Line(line.number, row)
    if batch.end:
        yield batch


def _row(what: Import[Row], header: Header, line: RawLine) -> Row | list[Refusal]:
    try:
        return check_row(what.model, line.number, header.cells(line))
    except RefusedValueError as error:
        return [Refusal(line.number, "", str(error))]
