"""Whether a message's schema may take the place of an earlier one of the same version (design §3, *additive only*).

Replicas of a version are never replaced all at once, and messages wait in queues, delayed tiers and dead letters. So both
must hold: old consumers accept what new producers send, and new consumers accept what old producers sent. Of all changes
only a new optional field does both; words for people (titles, descriptions) may change freely.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_WORDS = {"title", "description", "examples", "deprecated", "$comment", "$defs"}
_FIELDS = {"properties", "required"}
_VALUES = {"enum", "const"}
_ONE_SCHEMA = {"items": "[]", "additionalProperties": "{}"}
_SEVERAL_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
_ABSENT = "(not there)"


def differences(old: Schema, new: Schema) -> list[str]:
    """One sentence for each thing that breaks old or new consumers; none when ``new`` may replace ``old``.

    Both are JSON Schemas 2020-12 as ``schemas.schema`` makes them. What is not known here counts as a break.
    """
    return list(_Comparison(old, new).at("", old, new))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._met: set[tuple[str, str]] = set()  # pairs of references: recursive schemas end

    def at(self, place: str, old: Any, new: Any) -> Iterator[str]:
        if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
            if old != new:
                yield _changed(place, "form", old, new)
            return
        references = (old.get("$ref", ""), new.get("$ref", ""))
        if all(references) and references in self._met:
            return
        self._met.add(references)
        old, new = _resolved(self._old, old), _resolved(self._new, new)
        yield from self._fields(place, old, new)
        yield from _values(place, old, new)
        for keyword in sorted((old.keys() | new.keys()) - _WORDS - _FIELDS - _VALUES):
            yield from self._keyword(place, keyword, old.get(keyword, _ABSENT), new.get(keyword, _ABSENT))

    def _fields(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        was, now = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        for name in was:
            field = f"{place}.{name}".lstrip(".")
            if name not in now:
                yield f"{field} is gone or has another name: old consumers miss it"
                continue
            if name in needs - needed:
                yield f"{field} was optional and is required: new consumers refuse messages without it"
            if name in needed - needs:
                yield f"{field} was required and is optional: old consumers refuse messages without it"
            yield from self.at(field, was[name], now[name])
        for name in [*(name for name in now if name not in was), *sorted(needs - needed - was.keys() - now.keys())]:
            field = f"{place}.{name}".lstrip(".")
            if name in needs:
                yield f"{field} is new and required: new consumers refuse what old producers sent"
            if old.get("additionalProperties", True) is not True:
                yield f"{field} is new where old consumers take no further fields"

    def _keyword(self, place: str, keyword: str, old: Any, new: Any) -> Iterator[str]:
        if keyword in _ONE_SCHEMA and isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self.at(place + _ONE_SCHEMA[keyword], old, new)
        elif keyword in _SEVERAL_SCHEMAS and isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for number, (one, other) in enumerate(zip(old, new, strict=True), 1):
                yield from self.at(f"{place}({keyword} {number})", one, other)
        elif old != new or '"$ref"' in json.dumps(old):
            yield _changed(place, keyword, old, new)


def _resolved(whole: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    target = whole["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return _resolved(whole, {**target, **{key: value for key, value in schema.items() if key != "$ref"}})


def _values(place: str, old: Schema, new: Schema) -> Iterator[str]:
    was, now = _allowed(old), _allowed(new)
    if was is None or now is None:
        if was != now:
            yield _changed(place, "values", was, now)
        return
    if added := sorted(now - was):
        yield f"{place} may also be {', '.join(added)}: old consumers refuse it"
    if gone := sorted(was - now):
        yield f"{place} may no longer be {', '.join(gone)}: new consumers refuse messages that have it"


def _allowed(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {json.dumps(schema["const"])}
    return {json.dumps(value) for value in schema["enum"]} if "enum" in schema else None


def _changed(place: str, what: str, old: Any, new: Any) -> str:
    return f"{place or 'the message'}: {what} was {_text(old)} and is {_text(new)}"


def _text(value: Any) -> str:
    return (
        "any" if value is None else json.dumps(sorted(value) if isinstance(value, set) else value, ensure_ascii=False)
    )
