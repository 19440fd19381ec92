"""Key rings: the first key makes, every key is accepted, so that a key can be replaced without logging anyone out."""

import base64
from collections.abc import Iterator
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

DEMONSTRATION_PREFIX = "demo-"
"""Key ids made for demonstrations; ``ENVIRONMENT=production`` refuses them."""


def decode_key(text: str) -> bytes:
    """Bytes of a base64url key, padding optional.

    Raises:
        ValueError: not base64url.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def encode_key(key: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


class KeyRing:
    """``kid:base64url[,kid:base64url…]``: ids and keys of at least 32 bytes, the current one first."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = keys

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read a ring from a setting.

        Raises:
            ValueError: empty, malformed, repeated id, or a key shorter than 32 bytes.
        """
        keys: dict[str, bytes] = {}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            kid, colon, encoded = entry.partition(":")
            if not colon or not kid or "$" in kid or kid in keys:
                raise ValueError("a key ring is written kid:key[,kid:key…] with distinct ids")
            keys[kid] = decode_key(encoded)
            if len(keys[kid]) < 32:
                raise ValueError(f"the key {kid} is shorter than 32 bytes")
        if not keys:
            raise ValueError("a key ring needs at least one key")
        return cls(keys)

    @property
    def current(self) -> tuple[str, bytes]:
        """Id and bytes of the key that makes new things."""
        return next(iter(self._keys.items()))

    def get(self, kid: str) -> bytes | None:
        """The key of that id, or None when the ring no longer holds it."""
        return self._keys.get(kid)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return iter(self._keys.items())

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validated)

    @classmethod
    def _validated(cls, value: object) -> "KeyRing":
        return value if isinstance(value, cls) else cls.parse(str(value))
