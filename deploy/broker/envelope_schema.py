"""What is around the data of every message, for the AsyncAPI document: CloudEvents 1.0 and the headers of failed copies."""

from typing import Any

from shared.messaging.failed import ATTEMPT, FIRST_FAILED_AT, ORIGINAL_QUEUE, REASON


def _text(description: str, **rules: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **rules}


ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0, structured JSON. Consumers ignore attributes that they do not know.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _text("Of this message; the same when it is delivered again.", format="uuid"),
        "source": _text("The service that sent it.", format="uri-reference"),
        "type": _text("Name and version of the message."),
        "subject": _text("The person, or the batch, that it is about.", format="uuid"),
        "time": _text("When what it tells of was decided.", format="date-time"),
        "datacontenttype": {"const": "application/json"},
        "dataschema": _text("Of the data.", format="uri"),
        "traceparent": _text("W3C trace context.", pattern="^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"),
        "data": {"type": "object"},
    },
    "required": [
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "traceparent", "data",
    ],
}  # fmt: skip

HEADERS: dict[str, Any] = {
    "type": "object",
    "description": "AMQP headers: none at first; a copy that comes back from a delayed tier, or is a dead letter, has these.",
    "properties": {
        ATTEMPT: {"type": "integer", "minimum": 1, "description": "How often it has failed."},
        REASON: _text("Why it failed last; no personal data.", maxLength=500),
        ORIGINAL_QUEUE: _text("The queue whose consumer failed."),
        FIRST_FAILED_AT: _text("When it failed first.", format="date-time"),
    },
}
