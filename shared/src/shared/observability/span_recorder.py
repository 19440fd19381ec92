"""Hands spans to the OpenTelemetry SDK. Imported only when spans are recorded: it costs memory and start-up time.

The provider is ours alone, never the process's: FastAPI would record URLs with their query strings into that one.
"""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from shared.observability.operations import Operation
from shared.observability.span_attributes import ERROR_TYPE, Value

_KINDS = {kind.name.lower(): kind for kind in SpanKind}


class SdkRecording:
    """One span of the SDK."""

    def __init__(self, span: Span) -> None:
        self._span = span
        place = span.get_span_context()
        sampled = place.trace_flags & TraceFlags.SAMPLED
        self.traceparent = f"00-{place.trace_id:032x}-{place.span_id:016x}-{sampled:02x}"

    def end(self, name: str, attributes: Mapping[str, Value]) -> None:
        """End it."""
        self._span.update_name(name)
        self._span.set_attributes(dict(attributes))
        if ERROR_TYPE in attributes:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()


class SdkRecorder:
    """Gives every span to the processors."""

    def __init__(self, service: str, processors: Sequence[SpanProcessor]) -> None:
        # named one by one: the SDK's detectors would add the command line and whatever the environment says
        resource = Resource({
            "service.name": service,
            "service.instance.id": str(uuid4()),
            "telemetry.sdk.name": "opentelemetry",
            "telemetry.sdk.language": "python",
        })  # fmt: skip
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        for processor in processors:
            provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("espace")

    def begin(self, operation: Operation, parent: str | None, links: Sequence[str], *, remote: bool) -> SdkRecording:
        """Begin a span."""
        # a context of our own, even when empty: whatever else is current in the process is no parent
        context = (
            set_span_in_context(NonRecordingSpan(_place(parent, remote=remote)), Context()) if parent else Context()
        )
        others = [Link(_place(link, remote=True)) for link in links]
        return SdkRecording(self._tracer.start_span(operation.name({}), context, _KINDS[operation.kind], links=others))


def _place(traceparent: str, *, remote: bool) -> SpanContext:
    _, trace, span, flags = traceparent.split("-")
    return SpanContext(int(trace, 16), int(span, 16), is_remote=remote, trace_flags=TraceFlags(int(flags, 16)))
