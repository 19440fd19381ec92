"""What of a message people may see: an allow-list by type, so that personal data is hidden by construction (design §3).

Shown are the values of fields that the contract declares as UUID, aware datetime, small integer, boolean, ``Literal`` or
``Enum``, when the value is one. Of everything else only its kind and length are told, whatever it is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import ValidationError

from shared.contracts.event import Message
from shared.contracts.schemas import MESSAGES
from shared.messaging.dead_letters.well_formed import plain_time, plain_uuid

_LARGEST = 10**9
"""Counts and sizes are below it; a social-security number in the wrong place is not."""
_OF_CONTRACT = frozenset(name for kind in MESSAGES for name in kind.model_fields)
_MANY = 5
_LONG_ENOUGH = 3


@dataclass(frozen=True)
class Field:
    """One field of a message as it may be shown."""

    name: str
    value: str
    problem: str = ""
    """In the validator's word, when the field is not as the contract says: ``missing``, ``uuid_parsing``…"""


def masked_fields(kind: type[Message], data: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that the contract declares, masked, each with its problem if it has one."""
    problems = _problems(kind, data)
    return tuple(
        Field(name, _shown(info.annotation, data[name]) if name in data else "–", problems.get(name, ""))
        for name, info in kind.model_fields.items()
    )


def hidden_texts(kind: type[Message] | None, data: object) -> Iterator[str]:
    """Every text and number of some length in the data that may not be shown."""
    if kind is None or not isinstance(data, Mapping):
        yield from _texts(data)
        return
    for name, value in data.items():
        yield from _names(name)
        wanted = kind.model_fields[name].annotation if name in kind.model_fields else None
        for item in value if isinstance(value, list) else [value]:
            if _plain(wanted, item) is None:
                yield from _texts(item)


def _problems(kind: type[Message], data: Mapping[str, Any]) -> dict[str, str]:
    try:
        kind.received(data)
    except ValidationError as error:
        mistakes = error.errors(include_input=False, include_context=False, include_url=False)
        return {str(mistake["loc"][0]): mistake["type"] for mistake in mistakes if mistake["loc"]}
    return {}


def _shown(wanted: Any, value: object) -> str:
    if isinstance(value, list):
        items = [_shown(wanted, item) for item in value[:_MANY]]
        more = [f"and {len(value) - _MANY} more"] if len(value) > _MANY else []
        return ", ".join(items + more) or "(none)"
    plain = _plain(wanted, value)
    return _masked(value) if plain is None else plain or "(empty)"


def _masked(value: object) -> str:
    if isinstance(value, str):
        return f"••• ({len(value)} characters)"
    return {dict: "••• (object)", bool: "••• (boolean)"}.get(type(value), "••• (number)")


def _plain(wanted: Any, value: object) -> str | None:
    """The value as text when its declared type allows to show it; the items of a list have the list's declared type."""
    if value is None:
        return "null"
    origin = get_origin(wanted)
    if origin in {Union, UnionType, tuple, list, set, frozenset}:
        return next((text for one in get_args(wanted) if (text := _plain(one, value)) is not None), None)
    if origin is Annotated:
        return _plain(get_args(wanted)[0], value)
    if origin is Literal:
        return str(value) if isinstance(value, str) and value in get_args(wanted) else None
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return str(value) if value in [member.value for member in wanted] else None
    return _READERS[wanted](value) if wanted in _READERS else None


def _count(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST else None


_READERS: dict[Any, Callable[[object], str | None]] = {
    UUID: lambda value: str(found) if (found := plain_uuid(value)) else None,
    datetime: lambda value: found.isoformat() if (found := plain_time(value)) else None,
    bool: lambda value: str(value).lower() if isinstance(value, bool) else None,
    int: _count,
}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool) and len(str(value)) >= _LONG_ENOUGH:
        yield str(value)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _names(name)
            yield from _texts(item)


def _names(name: str) -> Iterator[str]:
    if name not in _OF_CONTRACT:
        yield from _texts(name)
