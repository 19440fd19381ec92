"""Signed assertions between the gateway's sign-in check and the services behind it (design §2).

Ed25519-signed JWT, one audience, one request, a few seconds. A service behind verifies the signature against the published
keys, remembers which assertions it has answered to, and never trusts a bare header.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from nacl.signing import SigningKey

from shared.security.key_ring import KeyRing, encode_key
from shared.security.signed_in import DESK, Role, SignedIn, StaffSignedIn, claims_of, member_of, staff_of

__all__ = [
    "DESK", "HEADER", "Assertion", "AssertionRefusedError", "AssertionSigner", "Role", "SignedIn", "StaffSignedIn",
    "verify", "verify_staff",
]  # fmt: skip

HEADER = "X-Espace-Assertion"
ISSUER = "activation"
LIFETIME_SECONDS = 15
"""Longer than the gateway tries to reach a service that restarts (10 s, and 2 s for the last try); design §2: at most 60 s."""
CLOCK_SKEW_SECONDS = 5
LONGEST = 2000
"""Characters. Ours have some 500: what is longer is not looked at."""
_ALGORITHM = "Ed25519"  # RFC 9864: the fully specified name of what was EdDSA


class AssertionRefusedError(Exception):
    """The assertion is missing, forged, expired or meant for another service."""


Who_co = TypeVar("Who_co", covariant=True)
"""``SignedIn`` or ``StaffSignedIn``."""


@dataclass(frozen=True)
class Assertion(Generic[Who_co]):
    """A valid assertion. Whoever acts on it makes sure that it is for the first time."""

    id: UUID
    who: Who_co
    expires_at: datetime


class AssertionSigner:
    """Signs assertions with the first Ed25519 seed of a ring and publishes the public keys of all."""

    def __init__(self, seeds: KeyRing) -> None:
        self._keys = {kid: _private_key(kid, seed) for kid, seed in seeds}
        self._kid = seeds.current[0]

    def sign(self, who: SignedIn | StaffSignedIn, audience: str, now: datetime) -> str:
        """The compact JWT for one request, valid for ``LIFETIME_SECONDS`` from ``now`` (aware).

        Raises:
            ValueError: a member for the desk, or staff for anything else.
        """
        if (audience == DESK) != isinstance(who, StaffSignedIn):
            raise ValueError("the desk is for staff, and staff for the desk")
        issued_at = int(now.timestamp())
        claims = {
            "iss": ISSUER, "aud": audience, "iat": issued_at, "exp": issued_at + LIFETIME_SECONDS,
            "jti": str(uuid4()), **claims_of(who),
        }  # fmt: skip
        header = {"alg": _ALGORITHM, "kid": self._kid, "typ": "JWT"}
        return jwt.encode(header, claims, self._keys[self._kid], algorithms=[_ALGORITHM])

    def published(self) -> dict[str, Any]:
        """The JSON Web Key Set of the public keys."""
        return {"keys": [key.as_dict(private=False) for key in self._keys.values()]}


def verify(assertion: str, keys: Mapping[str, Any], audience: str, now: datetime | None = None) -> Assertion[SignedIn]:
    """What an assertion says of a member, once it is checked with a JSON Web Key Set. Whether it was used before is not
    known here.

    Raises:
        AssertionRefusedError: wrong signature, key, issuer, audience or time, or about staff.
    """
    return _verified(assertion, keys, audience, now, member_of)


def verify_staff(assertion: str, keys: Mapping[str, Any], now: datetime | None = None) -> Assertion[StaffSignedIn]:
    """The same of one of the staff, at the desk.

    Raises:
        AssertionRefusedError: as ``verify``, or about a member.
    """
    return _verified(assertion, keys, DESK, now, staff_of)


def _verified(
    assertion: str,
    keys: Mapping[str, Any],
    audience: str,
    now: datetime | None,
    read: Callable[[Mapping[str, Any]], Who_co],
) -> Assertion[Who_co]:
    if len(assertion) > LONGEST:
        raise AssertionRefusedError("not a valid assertion")
    try:
        token = jwt.decode(assertion, KeySet.import_key_set({"keys": list(keys["keys"])}), algorithms=[_ALGORITHM])
        claims = token.claims
        at = int((now or datetime.now(UTC)).timestamp())
        if claims["iss"] != ISSUER or claims["aud"] != audience:
            raise AssertionRefusedError("another issuer or audience")
        if not claims["iat"] - CLOCK_SKEW_SECONDS <= at <= claims["exp"] + CLOCK_SKEW_SECONDS:
            raise AssertionRefusedError("not valid now")
        if claims["exp"] - claims["iat"] > LIFETIME_SECONDS:
            raise AssertionRefusedError("lives too long")
        return Assertion(UUID(claims["jti"]), read(claims), datetime.fromtimestamp(claims["exp"], UTC))
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise AssertionRefusedError("not a valid assertion") from error


def _private_key(kid: str, seed: bytes) -> OKPKey:
    public = bytes(SigningKey(seed).verify_key)
    return OKPKey.import_key(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "kid": kid,
            "alg": _ALGORITHM,
            "use": "sig",
            "d": encode_key(seed),
            "x": encode_key(public),
        }
    )
