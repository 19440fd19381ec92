"""Which attributes of a message are well formed, and so may be shown: a text is one of ours, a UUID, a time, or nothing."""

import re
from datetime import datetime
from uuid import UUID

from shared.contracts.event import Message
from shared.contracts.schemas import MESSAGES

_SOURCES = frozenset(f"/services/{kind.source}" for kind in MESSAGES)
_NAMES = frozenset(kind.name for kind in MESSAGES)
_KINDS = {kind.type(): kind for kind in MESSAGES}
_TYPE = re.compile(r"fr\.espace\.([a-z-]+)\.v[0-9]{1,3}")


def known_type(text: object) -> str | None:
    """A CloudEvents type whose name the contract knows, in any version; None for every other text."""
    parts = _TYPE.fullmatch(text) if isinstance(text, str) else None
    return str(text) if parts and parts[1] in _NAMES else None


def known_source(value: object) -> str | None:
    """The source attribute of a program that publishes, or None."""
    return value if isinstance(value, str) and value in _SOURCES else None


def known_kind(type_: str | None) -> type[Message] | None:
    """The model of a type that this version reads."""
    return _KINDS.get(type_ or "")


def plain_uuid(value: object) -> UUID | None:
    """A UUID in its usual form, or None."""
    try:
        found = UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and str(found) == str(value).lower() else None


def plain_time(value: object) -> datetime | None:
    """An aware time in ISO 8601, or None."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
