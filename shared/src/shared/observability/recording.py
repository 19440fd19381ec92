"""Where spans go, when they go anywhere."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.observability.operations import Operation
from shared.observability.span_attributes import Value


class Recording(Protocol):
    """A span that has begun."""

    traceparent: str

    def end(self, name: str, attributes: Mapping[str, Value]) -> None:
        """End it. With an error's type among the attributes, it has failed."""


class Recorder(Protocol):
    """Takes the spans of a process."""

    def begin(self, operation: Operation, parent: str | None, links: Sequence[str], *, remote: bool) -> Recording:
        """Begin a span. ``parent`` and ``links`` are well-formed traceparents; ``remote``: another began the parent."""


recorder: Recorder | None = None


def record_with(taking: Recorder | None) -> None:
    """Hand the spans that begin from now on to a recorder, or to nobody."""
    global recorder  # noqa: PLW0603 (one for a process, like its logs)
    recorder = taking
