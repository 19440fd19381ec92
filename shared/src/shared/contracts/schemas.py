"""Writes the JSON Schema of every message beside this file: the committed form of the contract (design §3).

python -m shared.contracts.schemas
"""

import json
from pathlib import Path
from typing import Any

from shared.contracts.event import Message
from shared.contracts.events import EVENTS
from shared.contracts.print_batch import PRINT_MESSAGES

FOLDER = Path(__file__).with_name("schemas")
MESSAGES: tuple[type[Message], ...] = (*EVENTS, *PRINT_MESSAGES)


def schema_name(kind: type[Message]) -> str:
    """File name of a message's schema."""
    return f"{kind.name}.v{kind.version}.json"


def schema(kind: type[Message]) -> dict[str, Any]:
    """JSON Schema 2020-12 of the data of a message as it is sent.

    Unknown fields are allowed in it: a consumer must accept what a later producer of the same version adds.
    """
    document = kind.model_json_schema(mode="serialization")
    document.pop("additionalProperties", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:espace:schema:{kind.name}.v{kind.version}",
        **document,
    }


def schema_text(kind: type[Message]) -> str:
    """The content of a schema file."""
    return json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every schema."""
    FOLDER.mkdir(exist_ok=True)
    for kind in MESSAGES:
        (FOLDER / schema_name(kind)).write_text(schema_text(kind))


if __name__ == "__main__":
    main()
