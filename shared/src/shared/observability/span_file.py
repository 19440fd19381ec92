"""Spans as JSON lines in a file: for a local run, and for tests that search it for secrets. It grows without end."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext


class SpanFile(SpanExporter):
    """Appends; several processes may share the file, since each writes whole lines at once."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write the spans, one a line."""
        lines = "".join(json.dumps(_as_json(span), separators=(",", ":")) + "\n" for span in spans)
        os.write(self._file, lines.encode())
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the file."""
        os.close(self._file)


def _as_json(span: ReadableSpan) -> dict[str, Any]:
    began, ended = span.start_time or 0, span.end_time or 0
    return {
        "name": span.name,
        "service": span.resource.attributes["service.name"],
        "kind": span.kind.name.lower(),
        **_ids(span.context),
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "links": [_ids(link.context) for link in span.links],
        "start": datetime.fromtimestamp(began / 1e9, UTC).isoformat(),
        "duration_ms": round((ended - began) / 1e6, 3),
        "status": span.status.status_code.name.lower(),
        "attributes": dict(span.attributes or {}),
    }


def _ids(place: SpanContext) -> dict[str, str]:
    return {"trace_id": f"{place.trace_id:032x}", "span_id": f"{place.span_id:016x}"}
