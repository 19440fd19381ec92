"""What the secrets of the system are made of, and who holds each: the one table of demonstration and production."""

import secrets
from collections.abc import Callable

from nacl.public import PrivateKey

from shared.security.key_ring import KeyRing, encode_key

HOLDERS = {
    "fingerprint_keys": ("registration", "activation"),
    "form_keys": ("registration", "activation", "member-space"),
    "captcha_keys": ("registration",),
    "provisional_password_peppers": ("letters", "activation"),
    "password_peppers": ("activation",),
    "staff_totp_keys": ("activation",),
    "member_totp_keys": ("activation",),
    "assertion_keys": ("activation",),
    "notifier_private_keys": ("notifier",),
    "notifier_public_key": ("activation", "member-space"),
    "print_shop_private_keys": ("print-shop",),
    "print_shop_public_key": ("letters",),
    "print_shop_token": ("letters", "print-shop"),
}
"""Secret → the services whose folder holds it; the same content for each."""

RINGS = tuple(name for name in HOLDERS if name.endswith(("_keys", "_peppers")))
"""Those that are rotated key by key; a public key follows the ring of its private ones."""


def public_name(ring: str) -> str | None:
    """The name of the public key that goes with a ring of private ones."""
    return ring.replace("_private_keys", "_public_key") if ring.endswith("_private_keys") else None


def private_name(public: str) -> str:
    """The name of the ring whose current key a public key belongs to."""
    return public.replace("_public_key", "_private_keys")


def new_key(kid: str) -> str:
    """``kid:key`` of 32 bytes from the system's secure random source."""
    return f"{kid}:{encode_key(secrets.token_bytes(32))}"


def new_password() -> str:
    """192 bits that stand in an address as they are."""
    return secrets.token_urlsafe(24)


def new_token() -> str:
    """256 bits, for the print shop."""
    return secrets.token_urlsafe(32)


def public_key(ring: str) -> str:
    """``kid:key``, public, of the current key of a ring of private ones (X25519)."""
    kid, seed = KeyRing.parse(ring).current
    return f"{kid}:{encode_key(bytes(PrivateKey(seed).public_key))}"


def value_of(name: str, kid: str, original: Callable[[str], str], *, token_prefix: str = "") -> str:
    """A new secret of that name. ``original`` gives the ring that a public key is made from."""
    if name.endswith("_public_key"):
        return public_key(original(private_name(name)))
    return token_prefix + new_token() if name.endswith("_token") else new_key(kid)
