"""Signed texts: who has the public key knows who wrote one and that it was not changed (libsodium, Ed25519)."""

import base64

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from shared.security.key_ring import KeyRing, encode_key


class SignatureRefusedError(ValueError):
    """The text is not signed, was changed, or was signed with a key that the ring does not hold."""


def sign(seeds: KeyRing, text: bytes) -> str:
    """``kid:base64`` of the text with its signature, by the first seed of the ring."""
    kid, seed = seeds.current
    return f"{kid}:{base64.b64encode(SigningKey(seed).sign(text)).decode()}"


def signed_text(public_keys: KeyRing, signed: str) -> bytes:
    """The text that ``sign`` signed.

    Raises:
        SignatureRefusedError: see there. Its words say which.
    """
    kid, _, encoded = signed.partition(":")
    key = public_keys.get(kid)
    if key is None:
        raise SignatureRefusedError(f"signed with the key {kid[:40]!r}, which is not among those that may sign")
    try:
        return VerifyKey(key).verify(base64.b64decode(encoded, validate=True))
    except (CryptoError, ValueError):
        raise SignatureRefusedError("the signature does not fit the text") from None


def public_ring(seeds: KeyRing) -> str:
    """``kid:key[,kid:key…]``: the public keys of a ring of seeds, as a setting has them."""
    return ",".join(f"{kid}:{encode_key(bytes(SigningKey(seed).verify_key))}" for kid, seed in seeds)
