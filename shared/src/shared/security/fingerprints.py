"""Keyed fingerprints: a number can be looked up, never read back (design §3).

The space of NIRs is small, so that an unkeyed hash would be reversible; HMAC-SHA256 with a key outside the database is not.
"""

import hashlib
import hmac

from shared.security.key_ring import KeyRing


def _fingerprint(kid: str, key: bytes, canonical: str) -> str:
    return f"{kid}:{hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()}"


def fingerprint(ring: KeyRing, canonical: str) -> str:
    """``kid:hex`` of a canonical number under the current key."""
    kid, key = ring.current
    return _fingerprint(kid, key, canonical)


def fingerprints(ring: KeyRing, canonical: str) -> tuple[str, ...]:
    """The fingerprint under every key of the ring, current first: what to look for while keys rotate."""
    return tuple(_fingerprint(kid, key, canonical) for kid, key in ring)
