"""What the secrets of the system are made of, and who holds each: the one table of demonstration and production."""

import secrets
from collections.abc import Callable

from nacl.public import PrivateKey

from shared.security.key_ring import KeyRing, encode_key
from shared.security.signing import public_ring

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
    "notifier_public_key": ("registration", "activation", "member-space"),
    "print_shop_private_keys": ("print-shop",),
    "print_shop_public_key": ("letters",),
    "print_shop_token": ("letters", "print-shop"),
    "manifest_signing_keys": ("letters",),
    "manifest_verifying_keys": ("print-shop",),
}
"""Secret → the services whose folder holds it; the same content for each."""

_PUBLIC = {"_private_keys": "_public_key", "_signing_keys": "_verifying_keys"}
RINGS = tuple(name for name in HOLDERS if name.endswith(("_keys", "_peppers")) and not name.endswith("_verifying_keys"))
"""Those that are rotated key by key; public keys follow the ring of their private ones."""


def public_name(ring: str) -> str | None:
    """The name of what is public of a ring of private keys: the current key to seal to, or every key to verify by."""
    found = [ring.removesuffix(private) + public for private, public in _PUBLIC.items() if ring.endswith(private)]
    return found[0] if found else None


def is_public(name: str) -> bool:
    """Whether it is made from another secret."""
    return name.endswith(tuple(_PUBLIC.values()))


def private_name(public: str) -> str:
    """The name of the ring that something public is made from."""
    (found,) = [ring for ring in RINGS if public_name(ring) == public]
    return found


def is_known_before_use(ring: str) -> bool:
    """Whether others have to know the public part of a new key before it makes anything: who verifies, not who seals."""
    return ring.endswith("_signing_keys")


def new_key(kid: str) -> str:
    """``kid:key`` of 32 bytes from the system's secure random source."""
    return f"{kid}:{encode_key(secrets.token_bytes(32))}"


def new_password() -> str:
    """192 bits that stand in an address as they are."""
    return secrets.token_urlsafe(24)


def new_token() -> str:
    """256 bits, for the print shop."""
    return secrets.token_urlsafe(32)


def public_part(name: str, ring: str) -> str:
    """The content of a public secret: of a ring's current key (X25519), or of all its keys (Ed25519)."""
    keys = KeyRing.parse(ring)
    if name.endswith("_verifying_keys"):
        return public_ring(keys)
    kid, seed = keys.current
    return f"{kid}:{encode_key(bytes(PrivateKey(seed).public_key))}"


def value_of(name: str, kid: str, original: Callable[[str], str], *, token_prefix: str = "") -> str:
    """A new secret of that name. ``original`` gives the ring that a public key is made from."""
    if is_public(name):
        return public_part(name, original(private_name(name)))
    return token_prefix + new_token() if name.endswith("_token") else new_key(kid)
