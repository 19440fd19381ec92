"""The W3C ``traceparent``: ``00-<trace, 32 hex digits>-<span, 16>-<flags, 2>`` (Trace Context, level 1)."""

import re
import secrets

_SHAPE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_SAMPLED = "01"


def well_formed(received: str | None) -> str | None:
    """What was received, or None when it is not a traceparent: a malformed one is as good as none."""
    return received if received is not None and _SHAPE.fullmatch(received) else None


def next_traceparent(parent: str | None) -> str:
    """A new span of the parent's trace, or of a new trace."""
    trace, flags = (trace_id(parent), parent[-2:]) if parent else (secrets.token_hex(16), _SAMPLED)
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def trace_id(traceparent: str) -> str:
    """Its 32 hex digits, as in logs."""
    return traceparent[3:35]
