"""The journal: one JSON line for each step of each batch, on disk before the step counts as done.

What the worker knows after a crash is what stands here. No secret and no name is in it.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from print_shop.durable import append_durably, cut_durably
from shared.contracts.print_batch import PrintBatch


class Step(StrEnum):
    """``spooled`` → ``taken-told`` → ``printing`` → ``printed`` → ``end-told``; or ``refused`` → ``end-told``."""

    SPOOLED = "spooled"
    TAKEN_TOLD = "taken-told"
    PRINTING = "printing"
    PRINTED = "printed"
    REFUSED = "refused"
    END_TOLD = "end-told"


Key = tuple[UUID, int]
"""A batch and its run."""


def key_of(batch: PrintBatch) -> Key:
    """The key of a manifest."""
    return batch.batch_id, batch.run


@dataclass
class Record:
    """What the journal says of one batch."""

    key: Key
    serial: str
    at: dict[Step, datetime] = field(default_factory=dict)
    reason: str = ""

    @property
    def ended(self) -> bool:
        """Printed or refused, and told so."""
        return Step.END_TOLD in self.at


class Journal:
    """Reads the whole journal at start, then appends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[Key, Record] = {}
        whole = path.read_bytes() if path.exists() else b""
        lines, _, torn = whole.rpartition(b"\n")
        for line in filter(None, lines.split(b"\n")):
            self._note(json.loads(line))
        if torn:
            # the last append was cut short by a crash: its step did not happen
            cut_durably(path, len(whole) - len(torn))

    def get(self, key: Key) -> Record | None:
        """What is known of a batch."""
        return self._records.get(key)

    def unfinished(self) -> list[Record]:
        """The batches on which something is left to do, in the order they came."""
        return [record for record in self._records.values() if not record.ended]

    def write(self, key: Key, serial: str, step: Step, reason: str = "") -> Record:
        """Note a step; on disk when this returns. The first time of a step is the one that holds."""
        line = {
            "at": datetime.now(UTC).isoformat(), "batch_id": str(key[0]), "run": key[1], "serial": serial,
            "step": step.value, "reason": reason,
        }  # fmt: skip
        append_durably(self._path, json.dumps(line).encode() + b"\n")
        return self._note(line)

    def _note(self, line: dict[str, Any]) -> Record:
        key, step = (UUID(line["batch_id"]), int(line["run"])), Step(line["step"])
        record = self._records.setdefault(key, Record(key, line["serial"]))
        record.at.setdefault(step, datetime.fromisoformat(line["at"]))
        record.reason = record.reason or line["reason"]
        return record
