"""Writes the JSON Schema of every message beside this file: the committed form of the contract (design §3).

python -m shared.contracts.schemas

It refuses what would break consumers of the same version (see ``compatibility``), and then writes nothing.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.contracts.compatibility import differences
from shared.contracts.event import Message
from shared.contracts.events import EVENTS
from shared.contracts.print_batch import PRINT_MESSAGES
from shared.contracts.recorded import alterations, record

FOLDER = Path(__file__).with_name("schemas")
MESSAGES: tuple[type[Message], ...] = (*EVENTS, *PRINT_MESSAGES)


def schema_name(kind: type[Message]) -> str:
    """File name of a message's schema."""
    return f"{kind.name}.v{kind.version}.json"


def schema(kind: type[Message]) -> dict[str, Any]:
    """JSON Schema 2020-12 of the data of a message as it is sent.

    Unknown fields are allowed in it: a consumer must accept what a later producer of the same version adds.
    """
    document: dict[str, Any] = _open(kind.model_json_schema(mode="serialization"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:espace:schema:{kind.name}.v{kind.version}",
        **document,
    }


def schema_text(kind: type[Message]) -> str:
    """The content of a schema file."""
    return json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n"


def refusals(kinds: Iterable[type[Message]], folder: Path) -> list[str]:
    """One sentence for each reason not to write the schemas of these messages over those in a folder."""
    found = alterations(folder)
    for kind in kinds:
        file = folder / schema_name(kind)
        if file.exists():
            broken = differences(json.loads(file.read_text()), schema(kind))
            found += [f"{file.stem}: {sentence}: make it version {kind.version + 1}" for sentence in broken]
    return found


def write(kinds: Iterable[type[Message]], folder: Path) -> list[str]:
    """Write and record the schemas; or nothing, and the sentences that say why."""
    kinds = tuple(kinds)
    found = refusals(kinds, folder)
    if not found:
        folder.mkdir(exist_ok=True)
        for kind in kinds:
            (folder / schema_name(kind)).write_text(schema_text(kind))
        record(folder)
    return found


def _open(document: Any) -> Any:
    """The same without ``additionalProperties: false``, nested objects included: consumers ignore what they don't know."""
    if isinstance(document, list):
        return [_open(each) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        key: _open(value) for key, value in document.items() if not (key == "additionalProperties" and value is False)
    }


def main() -> int:
    """Write every schema; exit status 1 when that would break somebody."""
    found = write(MESSAGES, FOLDER)
    sys.stderr.writelines(f"{sentence}\n" for sentence in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
