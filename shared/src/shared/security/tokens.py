"""Opaque tokens: 256 random bits for the person, their SHA-256 for the database (design §5)."""

import hashlib
import re
import secrets

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """43 base64url characters, 256 bits from the system's secure random source."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """SHA-256 of a token: what is stored and looked up. A 256-bit token needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def looks_like_token(text: str) -> bool:
    """Whether a text could be a token at all."""
    return _SHAPE.fullmatch(text) is not None
