"""Spans: what is being done now, as part of which journey (W3C trace context, carried along by envelopes).

Written by hand and not by instrumentation, which would record URLs, SQL and messages of exceptions. A span is handed to a
recorder when there is one (``trace_export``); without, it costs some microseconds and still names trace and parent.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self

import structlog

from shared.observability import recording
from shared.observability.operations import Operation
from shared.observability.span_attributes import ERROR_TYPE, Attribute, error_type, only_allowed
from shared.observability.traceparent import next_traceparent, trace_id, well_formed

_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


class Span:
    """A context manager. An exception that passes through is recorded by its type alone."""

    def __init__(
        self,
        operation: Operation,
        parent: str | None,
        attributes: Mapping[Attribute, object] | None,
        links: Sequence[str | None],
        *,
        remote: bool,
    ) -> None:
        self.traceparent = ""
        self._operation, self._parent, self._links, self._remote = operation, parent, links, remote
        self._attributes: dict[Attribute, object] = {**operation.always, **(attributes or {})}
        self._error: BaseException | int | None = None
        self._recording: recording.Recording | None = None
        self._token: Token[str | None] | None = None
        self._bound: Mapping[str, Token[Any]] = {}

    def set(self, attributes: Mapping[Attribute, object]) -> None:
        """Add attributes; those that are not allowed are dropped (see ``span_attributes``)."""
        self._attributes.update(attributes)

    def failed(self, error: BaseException | int) -> None:
        """What went wrong without passing through: an exception, or the status of an answer."""
        self._error = error

    def __enter__(self) -> Self:
        recorder = recording.recorder
        if recorder is None:
            self.traceparent = next_traceparent(self._parent)
        else:
            links = [link for link in map(well_formed, self._links) if link]
            self._recording = recorder.begin(self._operation, self._parent, links, remote=self._remote)
            self.traceparent = self._recording.traceparent
        above = _current.get()
        self._token = _current.set(self.traceparent)
        if above is None or trace_id(above) != trace_id(self.traceparent):
            self._bound = structlog.contextvars.bind_contextvars(trace_id=trace_id(self.traceparent))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            _current.reset(self._token)
        structlog.contextvars.reset_contextvars(**self._bound)
        if self._recording is None:
            return
        attributes = only_allowed(self._attributes)
        name = self._operation.name(attributes)
        if (failure := error if error is not None else self._error) is not None:
            attributes[ERROR_TYPE] = error_type(failure)
        self._recording.end(name, attributes)


def span(operation: Operation, attributes: Mapping[Attribute, object] | None = None) -> Span:
    """A part of what is being done now."""
    return Span(operation, _current.get(), attributes, (), remote=False)


def span_from(
    parent: str | None,
    operation: Operation,
    attributes: Mapping[Attribute, object] | None = None,
    links: Sequence[str | None] = (),
) -> Span:
    """What goes on with a journey that was begun elsewhere; it begins one when ``parent`` is None or malformed.

    ``links`` are the traceparents of other journeys that have part in it; malformed ones are left out.
    """
    return Span(operation, well_formed(parent), attributes, links, remote=True)


def current_trace() -> str:
    """The ``traceparent`` of what is being done now; outside of every span, one of a new trace."""
    return _current.get() or next_traceparent(None)
