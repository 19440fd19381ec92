"""What a fault test saw: a row of the table that the run prints at its end, and that the notes of a release quote."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

REPORT = os.environ.get("FAULT_REPORT")
"""File that the rows are appended to as JSON lines, by whichever process of the run."""


@dataclass(frozen=True)
class Outcome:
    """Figures of one fault."""

    fault: str
    """F1 … F15 of the plan."""
    case: str
    events: int
    lost: int
    doubled: int
    """Effects that happened more than once."""
    again: int | None = None
    """Deliveries of what had been delivered before: allowed, and absorbed by the inbox."""
    recovery_s: float | None = None
    """From the end of the fault until everything had its effect."""


_seen: list[Outcome] = []


def record(outcome: Outcome) -> Outcome:
    """Keep a row, before the test asserts on it."""
    _seen.append(outcome)
    if REPORT:
        with Path(REPORT).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")
    return outcome


def table() -> Iterator[str]:
    """The rows as text, in the order of the faults."""
    if not _seen:
        return
    rows = [("fault", "case", "events", "lost", "doubled", "again", "recovery s")]
    for one in sorted(_seen, key=lambda row: (int(row.fault[1:]), row.case)):
        recovery = "" if one.recovery_s is None else f"{one.recovery_s:.1f}"
        again = "" if one.again is None else str(one.again)
        rows.append((one.fault, one.case, str(one.events), str(one.lost), str(one.doubled), again, recovery))
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    for row in rows:
        yield "  ".join(
            text.ljust(width) if column < 2 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
