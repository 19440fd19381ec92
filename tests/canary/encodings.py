"""How bytes are written where a program writes them: each encoding, from the bytes to the patterns to look for."""

import base64
import html
import json
import quopri
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus


def _base64(secret: bytes) -> Iterator[bytes]:
    """At each of the three places in a group that the secret may begin at, without what depends on its neighbours."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret)
        yield encoded[(0, 2, 3)[before] : (before + len(secret)) * 8 // 6]


def _base64url(secret: bytes) -> Iterator[bytes]:
    for encoded in _base64(secret):
        yield encoded.replace(b"+", b"-").replace(b"/", b"_")


def _base32(secret: bytes) -> Iterator[bytes]:
    for before in range(5):
        encoded = base64.b32encode(b"\0" * before + secret)
        yield encoded[-(-before * 8 // 5) : (before + len(secret)) * 8 // 5]


def _hex(secret: bytes) -> Iterator[bytes]:
    for between in ("", " ", ":"):
        yield (secret.hex(between) if between else secret.hex()).encode()


def _percent(secret: bytes) -> Iterator[bytes]:
    yield quote(secret, safe="").encode()
    yield quote_plus(secret, safe="").encode()
    yield "".join(f"%{one:02x}" for one in secret).encode()


def _escaped(secret: bytes) -> Iterator[bytes]:
    """As Python, C, Erlang and PostgreSQL write bytes."""
    yield repr(secret)[2:-1].encode()
    yield "".join(f"\\x{one:02x}" for one in secret).encode()
    yield "".join(f"\\{one:03o}" if one > 126 else chr(one) for one in secret).encode()
    for between in (",", ", "):
        yield between.join(map(str, secret)).encode()


def _text(encode: Callable[[str], list[bytes]]) -> Callable[[bytes], Iterator[bytes]]:
    def patterns(secret: bytes) -> Iterator[bytes]:
        try:
            yield from encode(secret.decode())
        except UnicodeError:
            return

    return patterns


ENCODINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "plain": lambda secret: iter([secret]),
    "UTF-16": _text(lambda text: [text.encode("utf-16-le"), text.encode("utf-16-be")]),
    "Latin-1": _text(lambda text: [text.encode("latin-1")]),
    "hexadecimal": _hex,
    "base64": _base64,
    "base64url": _base64url,
    "base32": _base32,
    "percent": _percent,
    "escaped bytes": _escaped,
    "JSON": _text(lambda text: [json.dumps(text)[1:-1].encode()]),
    "HTML": _text(lambda text: [html.escape(text).encode(), text.encode("ascii", "xmlcharrefreplace")]),
    "quoted-printable": lambda secret: iter([quopri.encodestring(secret), quopri.encodestring(secret, header=True)]),
}
