"""Sends spans away when the environment says where to. Without, nothing of OpenTelemetry's SDK is even imported.

``OTEL_EXPORTER_OTLP_ENDPOINT``: OTLP over HTTP, batched; the standard's other variables (``OTEL_EXPORTER_OTLP_HEADERS``,
``OTEL_BSP_…``, ``OTEL_TRACES_SAMPLER``) are the SDK's and hold too. ``TRACE_FILE``: JSON lines. A collector that is slow
or away costs spans, never a request: a bounded queue drops the oldest.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from shared.observability import recording
from shared.observability.recording import Recorder

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

CLOSE_SECONDS = 2.0
"""How long the spans that are left may take to leave at the end."""
FILE_DELAY_MS = 500

log = structlog.get_logger()


class Traces:
    """The exporters of a process."""

    def __init__(self, processors: Sequence["BatchSpanProcessor"] = (), recorder: Recorder | None = None) -> None:
        self._processors = processors
        self._recorder = recorder

    def close(self) -> None:
        """Send what is left, for at most ``CLOSE_SECONDS``, and record no more. Blocks; safe to call again."""
        if self._recorder is not None and recording.recorder is self._recorder:
            recording.record_with(None)
        until = time.monotonic() + CLOSE_SECONDS
        # threads that may be left behind: the SDK's own waits are longer than ours
        endings = [_begun(processor.shutdown) for processor in self._processors]
        for ending in endings:
            ending.join(max(0.0, until - time.monotonic()))
        if any(ending.is_alive() for ending in endings):
            log.warning("some spans did not leave in time")
        self._processors = ()


def configure_traces(service: str) -> Traces:
    """Record this process's spans if the environment asks for it.

    A mistake in what it asks for is logged and never stops a service.
    """
    processors = _processors()
    if not processors:
        return Traces()
    try:
        from shared.observability.span_recorder import SdkRecorder  # noqa: PLC0415 (see the module's first line)

        recorder = SdkRecorder(service, processors)
    except ValueError:
        log.exception("spans are not recorded")
        Traces(processors).close()
        return Traces()
    recording.record_with(recorder)
    return Traces(processors, recorder)


def _processors() -> list["BatchSpanProcessor"]:
    asked = os.environ
    if asked.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return []
    makers: list[Callable[[], BatchSpanProcessor]] = []
    if file := asked.get("TRACE_FILE"):
        makers.append(partial(_to_file, Path(file)))
    if asked.get("OTEL_EXPORTER_OTLP_ENDPOINT") or asked.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        makers.append(_to_collector)
    made = []
    for maker in makers:
        try:
            made.append(maker())
        except (OSError, ValueError):
            log.exception("spans do not go where they should")
    return made


def _to_file(path: Path) -> "BatchSpanProcessor":
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    from shared.observability.span_file import SpanFile  # noqa: PLC0415

    return BatchSpanProcessor(SpanFile(path), schedule_delay_millis=FILE_DELAY_MS)


def _to_collector() -> "BatchSpanProcessor":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    # one line for a batch that is lost is enough, none for each of its tries
    logging.getLogger("opentelemetry.exporter").setLevel(logging.ERROR)
    return BatchSpanProcessor(OTLPSpanExporter())


def _begun(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="last spans", daemon=True)
    thread.start()
    return thread
