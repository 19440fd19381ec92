"""Secrets that must be read again, locked with a key outside the database (libsodium's secret box, XSalsa20-Poly1305).

For what can't be hashed, because its holder must be able to compute with it: the secret of one-time codes (RFC 6238).
"""

import base64
import hmac

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from shared.security.key_ring import KeyRing


class CannotUnlockError(ValueError):
    """The ring has no such key, or the text was altered or locked for another purpose."""


class Locker:
    """Locks with the first key of a ring and unlocks with all. ``purpose`` keeps what is locked for one from another."""

    def __init__(self, keys: KeyRing, purpose: str) -> None:
        self._boxes = {kid: SecretBox(hmac.digest(key, purpose.encode(), "sha256")) for kid, key in keys}
        self._kid = keys.current[0]

    def lock(self, secret: str) -> str:
        """``kid:base64`` of the secret under the current key, another text each time."""
        return f"{self._kid}:{base64.b64encode(self._boxes[self._kid].encrypt(secret.encode())).decode()}"

    def unlock(self, locked: str) -> str:
        """The secret.

        Raises:
            CannotUnlockError: malformed, unknown key, altered, or locked for another purpose.
        """
        kid, _, encoded = locked.partition(":")
        if kid not in self._boxes:
            raise CannotUnlockError("no such key in the ring")
        try:
            return self._boxes[kid].decrypt(base64.b64decode(encoded, validate=True)).decode()
        except (CryptoError, ValueError) as error:
            raise CannotUnlockError("malformed, altered, or locked for another purpose") from error

    def needs_relock(self, locked: str) -> bool:
        """Whether it was locked by an earlier key."""
        return locked.partition(":")[0] != self._kid
