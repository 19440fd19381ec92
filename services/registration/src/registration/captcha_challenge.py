"""A captcha challenge without a table: everything is in a sealed token, so that any replica can show and check it.

The token (libsodium SecretBox) holds answer, nonce, expiry and the visitor it was made for. It can be put in an address:
nobody but the service can read it.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from shared.security.key_ring import KeyRing

DIGITS = 6
"""Digits only: no O and 0, no l and 1 (``ui.md`` §4.1)."""
LIFETIME = timedelta(minutes=20)
_FORM = struct.Struct(">6s16s16sI")
_LONGEST_TOKEN = 300


class ChallengeLostError(ValueError):
    """The token is no challenge of ours, or has expired."""


@dataclass(frozen=True)
class Challenge:
    """What a token says. ``nonce`` (16 bytes) is what makes it single use."""

    answer: str
    nonce: bytes
    visitor_digest: bytes
    expires_at: datetime

    def is_for(self, visitor: str) -> bool:
        """Whether it was made for that visitor."""
        return hmac.compare_digest(self.visitor_digest, _digest(visitor))

    def is_answered_by(self, typed: str) -> bool:
        """Whether the digits are right; spaces between them are forgiven."""
        return hmac.compare_digest(self.answer.encode(), "".join(typed.split()).encode())


class Challenges:
    """Makes and reads challenges. ``fixed_answer`` is for demonstrations and tests."""

    def __init__(self, keys: KeyRing, fixed_answer: str = "") -> None:
        self._boxes = [SecretBox(key[:32]) for _, key in keys]
        self._fixed_answer = fixed_answer

    def issue(self, visitor: str, now: datetime) -> str:
        """A token for a new challenge."""
        answer = self._fixed_answer or f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        expires = int((now + LIFETIME).timestamp())
        content = _FORM.pack(answer.encode(), secrets.token_bytes(16), _digest(visitor), expires)
        return base64.urlsafe_b64encode(bytes(self._boxes[0].encrypt(content))).rstrip(b"=").decode()

    def open(self, token: str, now: datetime) -> Challenge:
        """Read a token.

        Raises:
            ChallengeLostError: forged, altered, of a forgotten key, or expired.
        """
        content = self._decrypt(token)
        if content is None or len(content) != _FORM.size:
            raise ChallengeLostError
        answer, nonce, visitor_digest, expires = _FORM.unpack(content)
        challenge = Challenge(answer.decode(), nonce, visitor_digest, datetime.fromtimestamp(expires, UTC))
        if now >= challenge.expires_at:
            raise ChallengeLostError
        return challenge

    def _decrypt(self, token: str) -> bytes | None:
        if len(token) > _LONGEST_TOKEN:
            return None
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        for box in self._boxes:
            try:
                return box.decrypt(sealed)
            except (CryptoError, ValueError):
                continue
        return None


def _digest(visitor: str) -> bytes:
    return hashlib.sha256(visitor.encode()).digest()[:16]
