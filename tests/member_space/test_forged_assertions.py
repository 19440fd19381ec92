"""Assertions that activation did not make, or not for this: each differs in one thing from one that is accepted."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from nacl.signing import SigningKey

from shared.security.assertions import HEADER, AssertionSigner
from shared.security.key_ring import KeyRing, encode_key

SEEDS = {"k1": b"1" * 32, "k2": b"2" * 32}
STRANGER = b"s" * 32
PUBLIC = bytes(SigningKey(SEEDS["k1"]).verify_key)

Sign = Callable[[bytes], bytes]
Changes = dict[str, Any]


def encoded(value: object) -> bytes:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def ed25519(seed: bytes) -> Sign:
    return lambda text: SigningKey(seed).sign(text).signature


BY_K1 = ed25519(SEEDS["k1"])


def hs256(secret: bytes) -> Sign:
    return lambda text: hmac.new(secret, text, hashlib.sha256).digest()


def assertion(header: Changes | None = None, claims: Changes | None = None, sign: Sign = BY_K1) -> bytes:
    """One as activation makes it, but for the changes; None takes a field away."""
    now = int(time.time())
    head = {"alg": "Ed25519", "kid": "k1", "typ": "JWT"} | (header or {})
    says = {
        "iss": "activation", "aud": "member-space", "iat": now, "exp": now + 15, "jti": str(uuid4()),
        "sub": str(uuid4()), "person": str(uuid4()), "sid": str(uuid4()),
    } | (claims or {})  # fmt: skip
    head, says = ({name: value for name, value in part.items() if value is not None} for part in (head, says))
    text = encoded(head) + b"." + encoded(says)
    return text + b"." + encoded(sign(text))


@pytest.fixture(autouse=True)
def known_keys(activation) -> None:
    activation.signer = AssertionSigner(KeyRing(SEEDS))
    activation.publisher.keys = activation.signer.published()


@pytest.fixture
def status(client):
    async def ask(*sent: bytes) -> int:
        """Status of a request with these assertions; one that is accepted must still be afterwards."""
        page = await client.get("/espace/ouverture", headers=[(HEADER.encode(), one) for one in sent])
        good = await client.get("/espace/ouverture", headers=[(HEADER.encode(), assertion())])
        assert good.status_code == 200
        return page.status_code

    return ask


async def test_what_the_others_are_compared_with_is_accepted(status):
    assert await status(assertion()) == 200
    assert await status(assertion({"kid": "k2"}, sign=ed25519(SEEDS["k2"]))) == 200


JWK = {"kty": "OKP", "crv": "Ed25519", "x": encode_key(bytes(SigningKey(STRANGER).verify_key))}


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        ({"alg": "none"}, lambda _: b""),
        ({"alg": "None"}, BY_K1),
        ({"alg": ""}, lambda _: b""),
        ({"alg": None}, BY_K1),
        ({"alg": ["Ed25519"]}, BY_K1),
        ({"alg": "HS256"}, hs256(PUBLIC)),
        ({"alg": "HS256"}, hs256(encode_key(PUBLIC).encode())),
        ({"alg": "HS256"}, hs256(b"")),
        ({"alg": "EdDSA"}, BY_K1),
        ({"alg": "ES256"}, BY_K1),
        ({}, ed25519(STRANGER)),
        ({}, ed25519(SEEDS["k2"])),
        ({"kid": "k2"}, BY_K1),
        ({"kid": "k3"}, BY_K1),
        ({"kid": None}, BY_K1),
        ({"kid": 1}, BY_K1),
        ({"kid": ["k1"]}, BY_K1),
        ({"kid": "../../../../dev/null"}, hs256(b"")),
        ({"kid": "../../../../dev/null", "alg": "HS256"}, hs256(b"")),
        ({"kid": "file:///etc/passwd"}, ed25519(STRANGER)),
        ({"kid": "k1' OR '1'='1"}, ed25519(STRANGER)),
        ({"kid": "k1\x00"}, BY_K1),
        ({"kid": "\ud800"}, BY_K1),
        ({"jwk": JWK}, ed25519(STRANGER)),
        ({"jwk": JWK | {"kid": "k1"}}, ed25519(STRANGER)),
        ({"jwk": JWK, "kid": "own"}, ed25519(STRANGER)),
        ({"x5c": ["MIIB"], "kid": "own"}, ed25519(STRANGER)),
        ({"crit": ["b64"], "b64": False}, BY_K1),
        ({"crit": ["unknown"], "unknown": 1}, BY_K1),
        ({}, lambda _: b""),
        ({}, lambda text: BY_K1(text)[:-1]),
        ({}, lambda text: BY_K1(text) + b"\x00"),
        ({}, lambda _: b"\x00" * 64),
    ],
)
async def test_another_algorithm_key_or_signature(status, header, sign):
    assert await status(assertion(header, sign=sign)) == 401


@pytest.mark.parametrize("field", ["jku", "x5u"])
async def test_no_key_is_fetched_from_where_the_assertion_says(status, activation, field):
    """The stranger's key set lies where this service could reach it, and is not asked for."""
    elsewhere = f"{activation.publisher.url}?stranger"
    for kid in ("own", "k1"):
        assert await status(assertion({field: elsewhere, "kid": kid}, sign=ed25519(STRANGER))) == 401
    assert not [path for path in activation.publisher.paths if "stranger" in path]


NOW = int(time.time())
MISMADE: list[Changes] = [
    {"aud": "letters"}, {"aud": "Member-Space"}, {"aud": ["member-space"]}, {"aud": "member-space "}, {"aud": None},
    {"iss": "registration"}, {"iss": None}, {"jti": None}, {"jti": "x"}, {"jti": 1}, {"jti": ["x"]},
    {"person": None}, {"person": "x"}, {"person": 7}, {"sub": None}, {"sid": None}, {"sid": {}},
    {"iat": NOW - 25, "exp": NOW - 10}, {"iat": NOW + 4000, "exp": NOW + 4015}, {"exp": NOW + 3600},
    {"iat": NOW - 3600, "exp": NOW + 3600}, {"exp": None}, {"iat": None}, {"exp": str(NOW + 10)}, {"exp": True},
    {"exp": float("nan")}, {"exp": float("inf")}, {"iat": float("-inf"), "exp": float("inf")}, {"exp": 10**400},
    {"iat": [], "exp": []}, {"aud": "desk"}, {"kind": "staff"}, {"kind": "Member"}, {"kind": 1}, {"kind": ["member"]},
]  # fmt: skip


@pytest.mark.parametrize(
    "claims", MISMADE, ids=lambda claims: ",".join(f"{n}={str(v)[:12]}" for n, v in claims.items())
)
async def test_claims_that_are_not_for_this_service_and_moment(status, claims):
    """Signed by activation's own key: even that does not make them good."""
    assert await status(assertion(claims=claims)) == 401


async def test_claims_changed_after_signing(status):
    head, _, signature = assertion().split(b".")
    _, others, _ = assertion().split(b".")
    assert await status(b".".join((head, others, signature))) == 401


@pytest.mark.parametrize("payload", [[], "x", 1, None, b"not JSON", b"\xff\xfe", b"{" * 900])
async def test_a_payload_that_is_no_set_of_claims(status, payload):
    text = encoded({"alg": "Ed25519", "kid": "k1"}) + b"." + encoded(payload)
    assert await status(text + b"." + encoded(SigningKey(SEEDS["k1"]).sign(text).signature)) == 401


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff\xfe\x00", "é".encode(), b"\xc3(", b".", b"..", b"...", b"....", b"a.b.c.d.e", b" ", b"{}",
        b'{"payload":"e30","protected":"e30","signature":""}', encoded({"kid": "k1"}), encoded({"kid": "k1"}) + b"..",
        encoded(b"\xff{}") + b".e30.", encoded(b'{"kid":"k1","kid":{}}') + b".e30.", encoded(b"[" * 1400) + b".e30.",
        b"x" * 1_000_000, encoded({"kid": "k1", "alg": "Ed25519", "x": "x" * 500_000}) + b".e30.AAAA",
    ],
    ids=range(18),
)  # fmt: skip
async def test_text_that_is_no_assertion(status, sent):
    assert await status(sent) == 401


async def test_more_than_one(status):
    for several in (
        (assertion(), assertion()),
        (assertion(), b"x"),
        (b"x", assertion()),
        (b"", assertion()),
        (assertion() + b", " + assertion(),),
    ):
        assert await status(*several) == 401


async def test_a_long_one_is_not_looked_at(status):
    """Though activation signed it."""
    assert await status(assertion(claims={"more": "x" * 2000})) == 401


@pytest.mark.parametrize("name", ["X_Espace_Assertion", "X-Espace_Assertion", "XEspaceAssertion", "Authorization"])
async def test_a_name_that_looks_like_the_headers(client, name):
    page = await client.get("/espace/ouverture", headers=[(name.encode(), assertion())])
    assert page.status_code == 401
