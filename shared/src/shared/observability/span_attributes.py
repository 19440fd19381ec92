"""What a span may hold: an allow-list of attributes, each with the only shape that its value may have.

Like the fields of logs: what is not named here, or does not look like it should, does not reach a span. Callers hand over
our own words and identifiers; should one hand over what a person typed, no number, name, address or token fits a shape.
Names after OpenTelemetry's semantic conventions; ``espace.…`` are our own.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal
from uuid import UUID

Value = str | int
Attribute = Literal[
    "cloudevents.event_type",
    "espace.batch_id",
    "espace.delivery_id",
    "espace.letter_id",
    "espace.letters",
    "espace.outcome",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "messaging.destination.name",
    "messaging.message.id",
    "messaging.operation.name",
    "messaging.operation.type",
    "messaging.system",
]

LONGEST = 100
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"})
OUTCOMES = frozenset({
    "dead", "duplicate", "handled", "interrupted", "made", "parked", "postponed", "printed", "put back", "refused", "retried",
    "sent", "unsettled",
})  # fmt: skip

_WORDS = r"[a-z]+(?:-[a-z]+)*"
_PARAMETER = r"\{[a-z_]+(?::[a-z]+)?\}"

Check = Callable[[object], Value | None]


def known_method(value: object) -> str:
    """An HTTP method. A client may send any word in its place: that is ``_OTHER``."""
    return value if isinstance(value, str) and value in METHODS else "_OTHER"


def _uuid(value: object) -> Value | None:
    return str(value) if isinstance(value, UUID) else None


def _shaped(pattern: str) -> Check:
    shape = re.compile(pattern)

    def check(value: object) -> Value | None:
        fits = isinstance(value, str) and len(value) <= LONGEST and shape.fullmatch(value)
        return str(value) if fits else None

    return check


def _one_of(words: frozenset[str]) -> Check:
    return lambda value: str(value) if isinstance(value, str) and value in words else None


def _between(least: int, most: int) -> Check:
    # bounds, so that no number of a person passes for a count
    return lambda value: value if type(value) is int and least <= value <= most else None


ALLOWED: Mapping[Attribute, Check] = {
    "cloudevents.event_type": _shaped(rf"fr\.espace\.{_WORDS}\.v[0-9]{{1,2}}"),
    "espace.batch_id": _uuid,
    "espace.delivery_id": _uuid,
    "espace.letter_id": _uuid,
    "espace.letters": _between(0, 10_000),
    "espace.outcome": _one_of(OUTCOMES),
    "http.request.method": known_method,
    "http.response.status_code": _between(100, 599),
    # literal segments without digits or capitals: a path that a person sent is none, even in place of a pattern
    "http.route": _shaped(rf"(?:/(?:{_WORDS}|{_PARAMETER}(?:\.[a-z]{{3}})?)?)+"),
    "messaging.destination.name": _shaped(rf"{_WORDS}(?:[.:]{_WORDS})+(?:\.v[0-9]{{1,2}})?"),
    "messaging.message.id": _uuid,
    "messaging.operation.name": _one_of(frozenset({"publish", "process"})),
    "messaging.operation.type": _one_of(frozenset({"send", "process"})),
    "messaging.system": _one_of(frozenset({"rabbitmq"})),
}

ERROR_TYPE = "error.type"
"""Not in the list: only a span itself sets it, from an exception's class or an answer's status."""


def only_allowed(attributes: Mapping[Attribute, object]) -> dict[str, Value]:
    """The attributes whose name is in the list and whose value has the shape; the others are dropped."""
    checked = ((name, ALLOWED[name](value)) for name, value in attributes.items() if name in ALLOWED)
    return {name: value for name, value in checked if value is not None}


def error_type(error: BaseException | int) -> str:
    """The class of an exception, never its words; or a status code."""
    return str(error) if isinstance(error, int) else type(error).__name__[:LONGEST]
