"""Writes what people read about the events: ``docs/events/asyncapi.json``, and the table in ``docs/events/README.md``.

python deploy/broker/make_documents.py            write
python deploy/broker/make_documents.py --check    exit 1 when they are out of step
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from event_document import document
from make_definitions import QUEUES

from shared.contracts.event import Message
from shared.contracts.schemas import MESSAGES

TOP = Path(__file__).parents[2]
GOLDEN = TOP / "tests" / "contracts" / "golden"
FOLDER = TOP / "docs" / "events"
_TABLE = re.compile(r"(?<=<!-- made by make definitions -->\n).*?(?=<!-- end -->)", re.DOTALL)


def documents() -> dict[Path, str]:
    """The files and what they hold."""
    readme = FOLDER / "README.md"
    asyncapi = json.dumps(document(_golden()), indent=1, ensure_ascii=False) + "\n"
    return {FOLDER / "asyncapi.json": asyncapi, readme: _TABLE.sub(lambda _: _table(), readme.read_text())}


def _golden() -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for path in sorted(GOLDEN.glob("*.json")):
        content = json.loads(path.read_text())
        found[content["type"]].append((path.stem, content))
    return found


def _table() -> str:
    rows = "".join(_row(kind) for kind in MESSAGES)
    return f"| message | says | from | to, by queue |\n|---|---|---|---|\n{rows}"


def _row(kind: type[Message]) -> str:
    says = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
    queues = ", ".join(f"`{queue}`" for queue, kinds in QUEUES.items() if kind in kinds)
    return f"| **{kind.__name__}** `{kind.name}.v{kind.version}` | {says} | `{kind.source}` | {queues} |\n"


def main() -> int:
    """Write the files, or compare with them."""
    late = {path: text for path, text in documents().items() if not path.exists() or path.read_text() != text}
    if "--check" in sys.argv:
        sys.stderr.writelines(f"{path.relative_to(TOP)} is out of step: run make definitions\n" for path in late)
        return 1 if late else 0
    for path, text in late.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
