"""What a passkey says, by an authenticator in software: every part of it is checked (WebAuthn L3 §7)."""

import base64
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.authenticator import PRESENT, VERIFIED, Authenticator, base64url

from activation.models import Account
from activation.second_factor.models import Passkey
from activation.second_factor.web_authentication import (
    RelyingParty,
    creation_options,
    made,
    new_challenge,
    relying_party,
    request_options,
    signed,
)

PARTY = RelyingParty("testserver", "https://testserver")
CHALLENGE = b"c" * 32
OTHER = base64url(b"d" * 32)


def account() -> Account:
    return Account(id=uuid4(), email="jeanne@exemple.fr")


def creation(*known: Passkey) -> dict:
    return json.loads(creation_options(PARTY, account(), known, CHALLENGE))


def request(*known: Passkey) -> dict:
    return json.loads(request_options(PARTY, known, CHALLENGE))


def kept(authenticator: Authenticator, **wrong) -> Passkey:
    new = made(PARTY, authenticator.make(creation(), **wrong), CHALLENGE)
    return Passkey(
        account_id=uuid4(), credential_id=new.credential_id, public_key=new.public_key, sign_count=new.sign_count,
        name="clé", created_at=datetime.now(UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("https://espace.mutuelle.fr", "espace.mutuelle.fr", "https://espace.mutuelle.fr"),
        ("https://Espace.Mutuelle.fr:443", "espace.mutuelle.fr", "https://espace.mutuelle.fr"),
        ("http://localhost:8080", "localhost", "http://localhost:8080"),
    ],
)
def test_who_we_are_to_browsers(public_url, host, origin):
    assert relying_party(public_url) == RelyingParty(host, origin)


def test_what_browsers_are_asked_for():
    authenticator = Authenticator()
    passkey = kept(authenticator)
    asked, wanted = creation(passkey), request(passkey)
    name = base64url(passkey.credential_id)
    assert asked["rp"] == {"id": "testserver", "name": "Espace assuré & adhérent"}
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == wanted["userVerification"] == "preferred"
    assert [one["id"] for one in asked["excludeCredentials"]] == [name]
    assert [one["id"] for one in wanted["allowCredentials"]] == [name]
    assert asked["challenge"] == wanted["challenge"] == base64url(CHALLENGE)
    assert len({new_challenge() for _ in range(100)}) == 100
    assert len(new_challenge()) == 32


@pytest.mark.parametrize("flags", [PRESENT, PRESENT | VERIFIED])
def test_a_passkey_is_made_and_signs(flags):
    authenticator = Authenticator(flags=flags)
    one, other = kept(authenticator), kept(Authenticator())
    answer = authenticator.sign(request(other, one))
    found = signed(PARTY, answer, CHALLENGE, [other, one])
    assert (found.passkey, found.sign_count) == (one, 1)


def test_one_that_is_synchronised_counts_nothing():
    authenticator = Authenticator(counts=False)
    passkey = kept(authenticator)
    for _ in range(2):
        assert signed(PARTY, authenticator.sign(request(passkey)), CHALLENGE, [passkey]).sign_count == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://testserver.ailleurs.fr"},
        {"origin": "http://testserver"},
        {"origin": "https://testserver:8443"},
        {"challenge": OTHER},
        {"challenge": ""},
        {"rp_id": "ailleurs.fr"},
        {"type": "webauthn.get"},
        {"cross_origin": True},
        {"credential_id": b"x" * 1024},
        {"public_key": {3: -65535}},
        {"public_key": {-2: b"\1" * 32}},
        {"fmt": "packed"},
        {"fmt": "inconnu"},
    ],
    ids=str,
)
def test_a_passkey_that_is_not_ours_to_keep(wrong):
    assert made(PARTY, Authenticator().make(creation(), **wrong), CHALLENGE) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://testserver.ailleurs.fr"},
        {"origin": "http://testserver"},
        {"challenge": OTHER},
        {"rp_id": "ailleurs.fr"},
        {"type": "webauthn.create"},
        {"cross_origin": True},
        {"signature": b""},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
        {"count": 5},
        {"count": 4},
        {"count": 0},
    ],
    ids=str,
)
def test_a_signature_that_proves_nothing(wrong):
    authenticator = Authenticator()
    passkey = kept(authenticator)
    passkey.sign_count = 5
    assert signed(PARTY, authenticator.sign(request(passkey), **{"count": 6} | wrong), CHALLENGE, [passkey]) is None
    assert signed(PARTY, authenticator.sign(request(passkey), count=6), CHALLENGE, [passkey]) is not None


def test_nobody_was_there():
    authenticator = Authenticator(flags=PRESENT)
    passkey = kept(authenticator)
    authenticator.flags = VERIFIED
    assert signed(PARTY, authenticator.sign(request(passkey)), CHALLENGE, [passkey]) is None
    assert made(PARTY, authenticator.make(creation()), CHALLENGE) is None


def test_somebody_else_s_passkey():
    mine, theirs = Authenticator(), Authenticator()
    passkey, foreign = kept(mine), kept(theirs)
    answer = theirs.sign(request(foreign))
    assert signed(PARTY, answer, CHALLENGE, [passkey]) is None
    # neither under the name of mine
    answer = theirs.sign(request(foreign), claims=base64url(passkey.credential_id))
    assert signed(PARTY, answer, CHALLENGE, [passkey]) is None


def test_an_answer_to_one_question_is_none_to_the_other():
    authenticator = Authenticator()
    passkey = kept(authenticator)
    assert signed(PARTY, authenticator.make(creation()), CHALLENGE, [passkey]) is None
    assert made(PARTY, authenticator.sign(request(passkey)), CHALLENGE) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
BASE64 = st.binary(max_size=120).map(base64url) | st.text(max_size=40)
PARTS = ("id", "rawId", "type", "authenticatorAttachment")
IN_RESPONSE = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle", "transports")


@st.composite
def altered(draw) -> str:
    """A right answer in which something was replaced."""
    authenticator = Authenticator()
    passkey = kept(authenticator)
    answer = json.loads(authenticator.sign(request(passkey)) if draw(st.booleans()) else authenticator.make(creation()))
    part = draw(st.sampled_from(PARTS + IN_RESPONSE))
    place = answer["response"] if part in IN_RESPONSE else answer
    raw = base64.urlsafe_b64decode(str(place.get(part) or "") + "===") if part in answer["response"] else b""
    # A signature is 70 to 72 octets, by chance: what is drawn may not depend on it.
    at, bit = draw(st.integers(0, 4_095)) % max(1, len(raw)), draw(st.integers(0, 7))
    flipped = base64url(raw[:at] + bytes([raw[at] ^ (1 << bit)]) + raw[at + 1 :]) if raw else ""
    place[part] = draw(JSON | BASE64 | st.just(flipped))
    return json.dumps(answer)


@given(st.text(max_size=300) | JSON.map(json.dumps) | altered() | st.just("[" * 10_000) | st.just('{"id":' * 3_000))
def test_whatever_is_sent_is_an_answer_or_none(sent):
    passkey = Passkey(credential_id=b"x" * 16, public_key=b"\xa0", sign_count=0)
    assert signed(PARTY, sent, CHALLENGE, [passkey]) is None
    new = made(PARTY, sent, CHALLENGE)
    assert new is None or new.credential_id


@given(st.binary(max_size=80))
def test_a_key_that_can_t_be_one_opens_nothing(public_key):
    authenticator = Authenticator()
    passkey = kept(authenticator)
    passkey.public_key = public_key
    assert signed(PARTY, authenticator.sign(request(passkey)), CHALLENGE, [passkey]) is None
