"""CloudEvents 1.0, structured JSON: the envelope of every message (design §3)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.event import Message
from shared.messaging.dead_letters.well_formed import known_type
from shared.observability.trace import current_trace

CONTENT_TYPE = "application/cloudevents+json"


class UndecodableError(ValueError):
    """The bytes are not an envelope, or its data is not what its type says."""


class Envelope(BaseModel):
    """The attributes around the data. Unknown attributes are ignored, as CloudEvents asks."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    traceparent: str | None = None
    data: dict[str, Any]


@dataclass(frozen=True)
class Sealed:
    """A message ready to leave."""

    id: UUID
    body: bytes


def seal_envelope(message: Message, now: datetime, message_id: UUID | None = None) -> Sealed:
    """Put a message in its envelope. ``id`` is new unless given: the outbox row's and the AMQP message's too."""
    message_id = message_id or uuid4()
    attributes = {
        "specversion": "1.0",
        "id": str(message_id),
        "source": f"/services/{message.source}",
        "type": message.type(),
        "subject": message.subject,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:espace:schema:{message.name}.v{message.version}",
        "traceparent": current_trace(),
        "data": message.model_dump(mode="json"),
    }
    return Sealed(message_id, json.dumps(attributes, ensure_ascii=False, separators=(",", ":")).encode())


def open_envelope(body: bytes) -> Envelope:
    """Read an envelope.

    Raises:
        UndecodableError: not JSON, or not CloudEvents 1.0. Its text names fields, never values.
    """
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError as error:
        raise UndecodableError(f"not an envelope: {_fields(error)}") from None
    if envelope.specversion != "1.0":
        raise UndecodableError("not CloudEvents 1.0")
    return envelope


MessageKind = TypeVar("MessageKind", bound=Message)


def read_data(kind: type[MessageKind], envelope: Envelope) -> MessageKind:
    """The message in an envelope, ignoring fields this version does not know.

    Raises:
        UndecodableError: a known field is missing or wrong.
    """
    try:
        return kind.received(envelope.data)
    except ValidationError as error:
        raise UndecodableError(f"data is not {kind.type()}: {_fields(error)}") from None


def unknown_type(envelope: Envelope) -> UndecodableError:
    """What to raise for a type that has no handler. A text that is no type of ours is told by its length only."""
    return UndecodableError(f"unknown type {known_type(envelope.type) or f'of {len(envelope.type)} characters'}")


def _fields(error: ValidationError) -> str:
    places = (".".join(str(part) for part in mistake["loc"]) or "body" for mistake in error.errors(include_input=False))
    return ", ".join(sorted(set(places)))
