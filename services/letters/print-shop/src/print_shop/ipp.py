"""The Internet Printing Protocol's messages (RFC 8010), as far as printing a file and asking about it needs them."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

CONTENT_TYPE = "application/ipp"


class Operation(IntEnum):
    """RFC 8011 §5.4.15."""

    CREATE_JOB = 0x05
    SEND_DOCUMENT = 0x06
    CANCEL_JOB = 0x08
    GET_JOB_ATTRIBUTES = 0x09
    GET_JOBS = 0x0A
    GET_PRINTER_ATTRIBUTES = 0x0B


class JobState(IntEnum):
    """RFC 8011 §5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


NOT_FOUND = 0x0406
PRINTER_STOPPED = 5
_OPERATION_GROUP, _JOB_GROUP, _END, _FIRST_VALUE_TAG = 0x01, 0x02, 0x03, 0x10
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MEDIA_TYPE = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_TAGS = {
    "attributes-charset": _CHARSET, "attributes-natural-language": _LANGUAGE, "printer-uri": _URI,
    "requesting-user-name": _NAME, "job-id": _INTEGER, "job-name": _NAME, "document-format": _MEDIA_TYPE,
    "last-document": _BOOLEAN, "requested-attributes": _KEYWORD, "which-jobs": _KEYWORD, "my-jobs": _BOOLEAN,
    "copies": _INTEGER, "job-sheets": _NAME, "sides": _KEYWORD, "print-scaling": _KEYWORD,
}  # fmt: skip

Value = str | int | bool
Attributes = Mapping[str, Value | Sequence[str]]
Group = Mapping[str, Sequence[str | int | None]]
_VERSION = (2, 0)


class IppError(Exception):
    """What came is no answer of this protocol."""


@dataclass(frozen=True)
class Answer:
    """``groups``: attributes of the operation, of each job, of the printer; each attribute with all its values."""

    status: int
    groups: tuple[Group, ...]

    @property
    def ok(self) -> bool:
        """RFC 8011 §B.1.2: 0x00xx."""
        return self.status < 0x100

    def jobs(self) -> list[Group]:
        """The groups that are jobs."""
        return [group for group in self.groups if "job-id" in group]


def encode(operation: Operation, about: Attributes, job: Attributes | None = None, document: bytes = b"") -> bytes:
    """A request; ``about`` begins with what every request must (RFC 8011 §4.1.4)."""
    words = {"attributes-charset": "utf-8", "attributes-natural-language": "en", **about}
    message = struct.pack(">BBHIB", *_VERSION, operation, 1, _OPERATION_GROUP) + _group(words)
    if job:
        message += bytes([_JOB_GROUP]) + _group(job)
    return message + bytes([_END]) + document


def _group(attributes: Attributes) -> bytes:
    out = b""
    for name, value in attributes.items():
        values = [value] if isinstance(value, str | int) else value
        for place, one in enumerate(values):
            label, content = name.encode() if place == 0 else b"", _bytes(one)
            out += struct.pack(">BH", _TAGS[name], len(label)) + label + struct.pack(">H", len(content)) + content
    return out


def _bytes(value: Value) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    return struct.pack(">i", value) if isinstance(value, int) else value.encode()


def decode(message: bytes) -> Answer:
    """An answer. Values other than numbers and texts are read as texts; collections are not asked for.

    Raises:
        IppError: cut short, or not of this protocol.
    """
    try:
        return _decode(message)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise IppError(type(error).__name__) from None


def _decode(message: bytes) -> Answer:
    (status,) = struct.unpack_from(">2xH", message)
    groups: list[dict[str, list[str | int | None]]] = []
    at, name = 8, ""
    while (tag := message[at]) != _END:
        at += 1
        if tag < _FIRST_VALUE_TAG:
            groups.append({})
            continue
        label, at = _field(message, at)
        content, at = _field(message, at)
        name = label.decode() or name
        groups[-1].setdefault(name, []).append(_value(tag, content))
    return Answer(status, tuple(groups))


def _field(message: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", message, at)
    end = at + 2 + length
    if end > len(message):
        raise IndexError
    return message[at + 2 : end], end


def _value(tag: int, content: bytes) -> str | int | None:
    if tag < _INTEGER:
        return None  # unknown, no value…
    if tag in {_INTEGER, _ENUM}:
        return int(struct.unpack(">i", content)[0])
    return bool(content[0]) if tag == _BOOLEAN else content.decode("utf-8", "replace")
