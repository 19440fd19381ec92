"""Peppered Argon2id for everything a person knows: passwords, provisional passwords, secret answers.

Parameters: OWASP floor m=19 MiB, t=2, p=1 (design §5). The pepper is an HMAC key kept outside the database, so that a
stolen table alone can't be guessed at. Concurrency is bounded: hashing must not be a way to exhaust the service.
"""

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from shared.security.key_ring import KeyRing

_ARGON2 = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1, type=Type.ID)


@cache
def _nobodys_hash() -> str:
    """What secrets of nobody are compared with: of random bytes, which nothing that is hashed here ever is."""
    return _ARGON2.hash(secrets.token_bytes(32))


class SecretHasher:
    """Hashes and checks secrets off the event loop. ``purpose`` keeps hashes of one kind from serving as another's."""

    def __init__(self, peppers: KeyRing, purpose: str, concurrency: int = 2) -> None:
        self._peppers = peppers
        self._purpose = purpose
        self._slots = asyncio.Semaphore(concurrency)
        self._nobodys = peppers.current[0] + _nobodys_hash()

    async def hash(self, secret: str) -> str:
        """``<pepper id>$argon2id$…`` of the secret (NFKC) under the current pepper."""
        async with self._slots:
            return await asyncio.to_thread(self.hash_now, secret)

    async def verify(self, stored: str | None, secret: str) -> bool:
        """Whether the secret matches. With ``None`` the same work is done and the answer is no: equal time for all."""
        async with self._slots:
            matches = await asyncio.to_thread(self._verify_now, stored or self._nobodys, secret)
        return matches and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether a stored hash uses an earlier pepper or earlier parameters."""
        kid, _, argon2_hash = stored.partition("$")
        return kid != self._peppers.current[0] or _ARGON2.check_needs_rehash("$" + argon2_hash)

    async def renewed(self, stored: str, secret: str) -> str:
        """What to keep of a secret that was just proved: as it is, or anew under today's pepper and parameters."""
        return await self.hash(secret) if self.needs_rehash(stored) else stored

    def hash_now(self, secret: str) -> str:
        """As ``hash``, on the calling thread: for code that is already off the event loop."""
        kid, pepper = self._peppers.current
        return kid + _ARGON2.hash(self._peppered(pepper, secret))

    def _verify_now(self, stored: str, secret: str) -> bool:
        kid, _, argon2_hash = stored.partition("$")
        pepper = self._peppers.get(kid)
        try:
            return pepper is not None and _ARGON2.verify("$" + argon2_hash, self._peppered(pepper, secret))
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _peppered(self, pepper: bytes, secret: str) -> bytes:
        normal = unicodedata.normalize("NFKC", secret)
        return hmac.new(pepper, f"{self._purpose}\0{normal}".encode(), hashlib.sha256).digest()
