"""The journal: one JSON line for each step of each batch, on disk before the step counts as done.

What the worker knows after a crash is what stands here. No secret and no name of a member is in it. Several programs write
to it (``run`` prints while ``done`` tells what was posted): who decides by it holds it meanwhile.
"""

import fcntl
import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from print_shop.durable import append_durably, cut_durably
from print_shop.record import Record
from print_shop.steps import Line, Step
from shared.messaging import fault_points


class Journal:
    """Reads the whole journal at start, then what was added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self._held = False
        self._records: dict[UUID, Record] = {}
        self._refresh()

    def get(self, batch_id: UUID) -> Record | None:
        """What is known of a batch by now."""
        self._refresh()
        return self._records.get(batch_id)

    def records(self) -> list[Record]:
        """Every batch that was ever here, in the order they came."""
        self._refresh()
        return list(self._records.values())

    def named(self, serial: str) -> Record | None:
        """The batch of that serial; of several, the last."""
        found = [record for record in self.records() if record.serial == serial.strip().upper()]
        return found[-1] if found else None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else writes within the block: what is read in it still holds when it is acted upon."""
        if self._held:
            yield
            return
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._held = True
            if self._refresh():
                # nobody writes now: an append was cut short by a crash, and its step did not happen
                cut_durably(self._path, self._read_to)
            yield
        finally:
            self._held = False
            os.close(file)

    def write(self, record: Record, step: Step, **facts: Any) -> Record:
        """Note a step of a batch; on disk when this returns. ``facts``: further fields of ``Line``."""
        line = Line(
            at=datetime.now(UTC), batch_id=record.batch_id, run=facts.pop("run", record.run), serial=record.serial,
            step=step, who=operator(), **facts,
        )  # fmt: skip
        fault_points.reached("before-commit", f"journal {step}")
        with self.held():
            append_durably(self._path, line.model_dump_json(exclude_defaults=True).encode() + b"\n")
            self._refresh()
        fault_points.reached("after-commit", f"journal {step}")
        return self._records[record.batch_id]

    def _refresh(self) -> bool:
        """Read what was added; whether a line at the end is not whole (yet)."""
        added = b""
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            file.seek(self._read_to)
            added = file.read()
        lines, newline, torn = added.rpartition(b"\n")
        for text in filter(None, lines.split(b"\n")):
            line = Line.model_validate_json(text)
            self._records.setdefault(line.batch_id, Record.of(line)).note(line)
        self._read_to += len(lines) + len(newline)
        return bool(torn)


def operator() -> str:
    """Who works here: the person behind sudo, the machine's user, or its number where it has no name."""
    name = os.environ.get("SUDO_USER", "")
    with suppress(KeyError, OSError):
        name = name or getpass.getuser()
    return name or f"user {os.getuid()}"
