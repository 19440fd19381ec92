"""Everything that a span may be about. Names and kinds after OpenTelemetry's semantic conventions (HTTP, messaging).

A span is named by its operation's word and by attributes that were checked (``span_attributes``), never by free text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.observability.span_attributes import Attribute, Value

Kind = Literal["internal", "server", "client", "producer", "consumer"]


@dataclass(frozen=True)
class Operation:
    """``always``: attributes that every such span has."""

    word: str
    kind: Kind
    named_by: tuple[Attribute, ...] = ()
    always: Mapping[Attribute, Value] = field(default_factory=dict)

    def name(self, attributes: Mapping[str, Value]) -> str:
        """The span's name, for example ``POST /connexion`` or ``process notifier.notices``."""
        parts = (self.word, *(str(attributes.get(one, "")) for one in self.named_by))
        return " ".join(part for part in parts if part).replace("_OTHER", "HTTP") or self.kind


REQUEST = Operation("", "server", ("http.request.method", "http.route"))
PUBLISH = Operation(
    "publish", "producer", ("messaging.destination.name",),
    {"messaging.system": "rabbitmq", "messaging.operation.name": "publish", "messaging.operation.type": "send"},
)  # fmt: skip
PROCESS = Operation(
    "process", "consumer", ("messaging.destination.name",),
    {"messaging.system": "rabbitmq", "messaging.operation.name": "process", "messaging.operation.type": "process"},
)  # fmt: skip
MAKE_BATCH = Operation("make print batch", "internal")
FETCH_BATCH = Operation("fetch print batch", "client")
PRINT_BATCH = Operation("print batch", "internal")
TELL_OF_LETTER = Operation("tell of letter", "internal")
POST_LETTER = Operation("post letter", "internal")
SEND_MAIL = Operation("send mail", "client")
