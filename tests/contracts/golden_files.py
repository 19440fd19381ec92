"""The golden messages: what was once sent, kept for ever. The newest of a type is what its producer sends today.

``<name>.v<version>.json`` is the first of a type; what differs later is written beside it, as ``<name>.v<version>.2.json``.

    cd tests && ../.venv/bin/python -m contracts.golden_files      write what is missing, change nothing
"""

import json
import re
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.examples import AT, EXAMPLES

from shared.contracts.event import Message
from shared.contracts.recorded import alterations, record
from shared.messaging.envelope import seal_envelope

GOLDEN = Path(__file__).with_name("golden")
OWN_EACH_TIME = {"id": str(UUID(int=9)), "traceparent": f"00-{'1' * 32}-{'2' * 16}-01"}
"""Attributes that no two messages share, as the golden files have them."""


def golden_files(folder: Path = GOLDEN) -> list[Path]:
    """All of them; of one type, the oldest first."""
    return sorted(folder.glob("*.json"), key=_order)


def of_type(kind: type[Message], folder: Path = GOLDEN) -> list[Path]:
    """Those of one message type, the oldest first."""
    return [path for path in golden_files(folder) if _order(path)[0] == f"{kind.name}.v{kind.version}"]


def as_sent(message: Message) -> dict[str, Any]:
    """A message as it leaves, with the attributes that are its own each time replaced."""
    return json.loads(seal_envelope(message, AT).body) | OWN_EACH_TIME


def write_missing(messages: tuple[Message, ...], folder: Path = GOLDEN) -> list[str]:
    """Add what today's producers send and no newest golden file says; names of what was added.

    Raises:
        ValueError: a golden file was altered or removed.
    """
    if found := alterations(folder):
        raise ValueError("; ".join(found))
    added = []
    for message in messages:
        known = of_type(type(message), folder)
        if not known or json.loads(known[-1].read_text()) != as_sent(message):
            number = f".{_order(known[-1])[1] + 1}" if known else ""
            target = folder / f"{message.name}.v{message.version}{number}.json"
            target.write_text(json.dumps(as_sent(message), indent=1, ensure_ascii=False) + "\n")
            added.append(target.name)
    record(folder)
    return added


def _order(path: Path) -> tuple[str, int]:
    named = re.fullmatch(r"([a-z-]+\.v\d+)(?:\.(\d+))?", path.stem)
    if named is None:
        raise ValueError(
            f"{path.name}: a golden file is named <name>.v<version>.json or <name>.v<version>.<number>.json"
        )
    return named[1], int(named[2] or 1)


if __name__ == "__main__":
    sys.stdout.writelines(f"added {name}\n" for name in write_missing(EXAMPLES))
