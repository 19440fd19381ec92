"""The spans of messages. An envelope carries the span that wrote it, so that one journey is one trace across services."""

import re
from uuid import UUID

from shared.messaging.envelope import Envelope
from shared.observability.operations import PROCESS, PUBLISH
from shared.observability.span_attributes import Attribute
from shared.observability.trace import Span, span_from

_TRACEPARENT = re.compile(rb'"traceparent":"([0-9a-f-]{55})"')
"""In an envelope's bytes. No text inside can look like it: there, quotes are escaped."""


def process_span(queue: str, envelope: Envelope) -> Span:
    """Handling a message from a queue: part of the journey that its producer was on."""
    about: dict[Attribute, object] = {
        "messaging.destination.name": queue,
        "messaging.message.id": envelope.id,
        "cloudevents.event_type": envelope.type,
    }
    return span_from(envelope.traceparent, PROCESS, about)


def publish_span(exchange: str, routing_key: str, message_id: UUID, message_type: str, body: bytes) -> Span:
    """Taking a sealed message to the broker: part of the journey that wrote it."""
    about: dict[Attribute, object] = {
        "messaging.destination.name": f"{exchange}:{routing_key}",
        "messaging.message.id": message_id,
        "cloudevents.event_type": message_type,
    }
    found = _TRACEPARENT.search(body)
    return span_from(found[1].decode() if found else None, PUBLISH, about)
