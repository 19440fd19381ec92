"""A dead letter as people may see it: what is well formed of its attributes, and its data masked (``masking``)."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractMessage
from pydantic_core import from_json

from shared.messaging.dead_letters.masking import Field, masked_fields
from shared.messaging.dead_letters.reason import reason_without_data
from shared.messaging.dead_letters.well_formed import known_kind, known_source, known_type, plain_time, plain_uuid
from shared.messaging.failed import ATTEMPT, FIRST_FAILED_AT

_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_DIGEST = re.compile(r"(sha256:)?[0-9a-f]{8,64}")
_DIGEST_SHOWN = 16


def is_handle(text: str) -> bool:
    """Whether people may name a letter so: a UUID, or at least 8 digits of a SHA-256, perhaps after ``sha256:``."""
    return plain_uuid(text) is not None or _DIGEST.fullmatch(text.lower()) is not None


def names_one(handle: str) -> bool:
    """Whether a handle is a letter's own (``DeadLetter.handle``), no beginning that others may share."""
    return plain_uuid(handle) is not None or len(handle.lower().removeprefix("sha256:")) >= _DIGEST_SHOWN


@dataclass(frozen=True)
class DeadLetter:
    """One message that could not be handled. None stands for what is missing or not well formed."""

    queue: str
    """Which it came from, and goes back to when it is replayed."""
    sha256: str
    """Of the body, in hexadecimal: copies of one message have the same."""
    size: int
    """Of the body, in bytes."""
    id: UUID | None
    type: str | None
    source: str | None
    time: datetime | None
    reason: str
    attempts: int | None
    first_failed_at: datetime | None

    @property
    def handle(self) -> str:
        """How people name it: its id or, without one, the beginning of its digest."""
        return str(self.id) if self.id else f"sha256:{self.sha256[:_DIGEST_SHOWN]}"

    def is_named(self, handle: str) -> bool:
        """Whether a handle (see ``is_handle``) means it."""
        handle = handle.lower()
        return handle == str(self.id) or self.sha256.startswith(handle.removeprefix("sha256:"))


@dataclass(frozen=True)
class OpenedLetter:
    """A dead letter with its data, masked."""

    letter: DeadLetter
    subject: UUID | None
    trace_id: str | None
    fields: tuple[Field, ...]
    """Those of the contract; none when this version does not know the type."""
    others: int
    """How many fields the data has besides; their names may be anything, so they are not shown."""


def read_letter(queue: str, message: AbstractMessage) -> DeadLetter:
    """What may be said of a message of the dead-letter queue of ``queue``."""
    return _read(queue, message, _document(message.body))


def open_letter(queue: str, message: AbstractMessage) -> OpenedLetter:
    """The same with its data."""
    document = _document(message.body)
    data, kind = _data(document), known_kind(known_type(document.get("type")))
    trace = _TRACE.fullmatch(str(document.get("traceparent")))
    return OpenedLetter(
        letter=_read(queue, message, document),
        subject=plain_uuid(document.get("subject")),
        trace_id=trace[1] if trace else None,
        fields=masked_fields(kind, data) if kind else (),
        others=len(set(data) - set(kind.model_fields)) if kind else len(data),
    )


def _read(queue: str, message: AbstractMessage, document: Mapping[str, Any]) -> DeadLetter:
    attempts = message.headers.get(ATTEMPT)
    return DeadLetter(
        queue=queue,
        sha256=hashlib.sha256(message.body).hexdigest(),
        size=len(message.body),
        id=plain_uuid(document.get("id")) or plain_uuid(message.message_id),
        type=known_type(document.get("type")) or known_type(message.type),
        source=known_source(document.get("source")),
        time=plain_time(document.get("time")),
        reason=reason_without_data(message.headers, document),
        attempts=attempts if isinstance(attempts, int) and 0 <= attempts < 1000 else None,
        first_failed_at=plain_time(message.headers.get(FIRST_FAILED_AT)),
    )


def _data(document: Mapping[str, Any]) -> dict[str, Any]:
    data = document.get("data")
    return data if isinstance(data, dict) else {}


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = from_json(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
