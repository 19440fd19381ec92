"""Sealed boxes: anyone with the public key can close one, only the holder of the private key can open it (libsodium)."""

import base64
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.security.key_ring import KeyRing


class CannotOpenError(ValueError):
    """The box was sealed for another key, or was altered."""


class SealingKey:
    """A recipient's public key, written ``kid:base64url`` (X25519, 32 bytes)."""

    # not a dataclass: pydantic-settings would read those as JSON
    def __init__(self, kid: str, public_key: bytes) -> None:
        self.kid = kid
        self.public_key = public_key

    @classmethod
    def parse(cls, text: str) -> "SealingKey":
        """Read from a setting.

        Raises:
            ValueError: malformed.
        """
        kid, key = KeyRing.parse(text).current
        return cls(kid, key)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(str(value))
        )

    def seal(self, secret: bytes) -> bytes:
        """The sealed bytes, 48 bytes longer than the secret."""
        return SealedBox(PublicKey(self.public_key)).encrypt(secret)

    def seal_text(self, secret: str) -> str:
        """``kid:base64`` of the sealed secret, for a field of an event."""
        return f"{self.kid}:{base64.b64encode(self.seal(secret.encode())).decode()}"


def unseal(private_keys: KeyRing, kid: str, sealed: bytes) -> bytes:
    """Open a sealed box with the key it names.

    Raises:
        CannotOpenError: the ring has no such key, or the bytes were altered.
    """
    key = private_keys.get(kid)
    if key is None:
        raise CannotOpenError(f"no private key {kid}")
    try:
        return SealedBox(PrivateKey(key)).decrypt(sealed)
    except CryptoError as error:
        raise CannotOpenError("altered, or sealed for another key") from error


def unseal_text(private_keys: KeyRing, sealed: str) -> str:
    """The secret of ``SealingKey.seal_text``.

    Raises:
        CannotOpenError: malformed, unknown key, or altered.
    """
    kid, _, encoded = sealed.partition(":")
    try:
        box = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise CannotOpenError("malformed") from error
    return unseal(private_keys, kid, box).decode()
