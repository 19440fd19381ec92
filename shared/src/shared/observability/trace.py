"""W3C trace context carried along requests and events, so that one journey can be followed across services."""

import re
import secrets
from contextvars import ContextVar

import structlog

_SHAPE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def begin_trace(received: str | None = None) -> str:
    """Continue the received ``traceparent``, or begin a trace when there is none or it is malformed."""
    known = received is not None and _SHAPE.fullmatch(received)
    trace_id = known[0].split("-")[1] if known else secrets.token_hex(16)
    current = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    _current.set(current)
    structlog.contextvars.bind_contextvars(trace_id=trace_id)
    return current


def current_trace() -> str:
    """The ``traceparent`` of what is being done now; begins one when there is none."""
    return _current.get() or begin_trace()
