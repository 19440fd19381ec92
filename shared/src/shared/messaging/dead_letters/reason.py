"""Why a message died, without anything that the message says."""

import re
from collections.abc import Mapping
from typing import Any

from shared.messaging.dead_letters.masking import hidden_texts
from shared.messaging.dead_letters.well_formed import known_kind, known_source, known_type, plain_time, plain_uuid
from shared.messaging.failed import REASON

_BY_BROKER = frozenset({"delivery_limit", "expired", "maxlen", "rejected"})
_UNKNOWN_TYPE = "unknown type "


def reason_without_data(headers: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """The reason that the consumer gave, or the broker's. ``document`` is the message's body as far as it is an object.

    A consumer's reason is our own words (``failures``); whatever it should quote of the message all the same is taken out.
    """
    given = headers.get(REASON)
    if not isinstance(given, str) or not given:
        by_broker = str(headers.get("x-first-death-reason"))
        return f"given up by the broker: {by_broker}" if by_broker in _BY_BROKER else "no reason given"
    given = "".join(letter if letter.isprintable() else " " for letter in given)
    before, unknown, type_ = given.partition(_UNKNOWN_TYPE)
    if unknown:
        return f"{before}{_UNKNOWN_TYPE}{known_type(type_) or f'••• ({len(type_)} characters)'}"
    return _without(given, {*_attributes(document), *_data(document)})


def _without(reason: str, hidden: set[str]) -> str:
    for text in sorted(hidden, key=len, reverse=True):
        if text.casefold() in reason.casefold():
            reason = re.sub(rf"(?i)(?<!\w){re.escape(text)}(?!\w)", "•••", reason)
    return reason


def _data(document: Mapping[str, Any]) -> list[str]:
    return list(hidden_texts(known_kind(known_type(document.get("type"))), document.get("data")))


def _attributes(document: Mapping[str, Any]) -> list[str]:
    readers = {
        "id": plain_uuid, "subject": plain_uuid, "type": known_type, "source": known_source, "time": plain_time
    }  # fmt: skip
    return list(
        hidden_texts(None, [document.get(name) for name, read in readers.items() if not read(document.get(name))])
    )
