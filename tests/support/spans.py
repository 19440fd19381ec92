"""Recording the spans of a test in the way of a local run: to a file, as JSON lines."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from shared.observability.trace_export import configure_traces


@contextmanager
def recording(folder: Path) -> Iterator[list[dict[str, Any]]]:
    """The list is filled when the block ends."""
    file = folder / "spans.jsonl"
    spans: list[dict[str, Any]] = []
    with patch.dict(os.environ, {"TRACE_FILE": str(file)}):
        traces = configure_traces("tests")
    try:
        yield spans
    finally:
        traces.close()
        spans += [json.loads(line) for line in file.read_text().splitlines()]


def named(spans: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The only span of that name."""
    (found,) = [span for span in spans if span["name"] == name]
    return found
