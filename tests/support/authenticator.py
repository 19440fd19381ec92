"""A passkey's authenticator in software: makes real keys (ES256) and real answers (CBOR, COSE), or wrong ones when told so."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "===")


@dataclass
class Authenticator:
    """What a person carries. ``counts``: whether it counts its signatures; those that are synchronised don't."""

    origin: str = "https://testserver"
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    count: int = 0

    def make(self, options: dict, **wrong) -> str:
        """The answer to ``navigator.credentials.create``; ``wrong``: what differs from what was asked."""
        key = ec.generate_private_key(ec.SECP256R1())
        credential_id = wrong.get("credential_id") or secrets.token_bytes(32)
        self.keys[base64url(credential_id)] = key
        numbers = key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public |= wrong.get("public_key", {})
        attested = bytes(16) + len(credential_id).to_bytes(2, "big") + credential_id + cbor2.dumps(public)
        data = self._data(wrong.get("rp_id", options["rp"]["id"]), ATTESTED) + attested
        statement = {"fmt": wrong.get("fmt", "none"), "attStmt": {}, "authData": data}
        response = {
            "clientDataJSON": base64url(self._client_data("webauthn.create", options, wrong)),
            "attestationObject": base64url(cbor2.dumps(statement)),
        }
        return _answer(credential_id, response)

    def sign(self, options: dict, **wrong) -> str:
        """The answer to ``navigator.credentials.get``, by the first key that is asked for and that it has."""
        asked = [one["id"] for one in options["allowCredentials"]]
        name = wrong.get("credential") or next(one for one in asked if one in self.keys)
        self.count = wrong.get("count", self.count + 1 if self.counts else 0)
        data = self._data(wrong.get("rp_id", options["rpId"]))
        client = self._client_data("webauthn.get", options, wrong)
        signature = self.keys[name].sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": base64url(client),
            "authenticatorData": base64url(data),
            "signature": base64url(wrong.get("signature", signature)),
        }
        return _answer(from_base64url(wrong.get("claims", name)), response)

    def _data(self, rp_id: str, more: int = 0) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict, wrong: dict) -> bytes:
        told = {
            "type": wrong.get("type", kind),
            "challenge": wrong.get("challenge", options["challenge"]),
            "origin": wrong.get("origin", self.origin),
            "crossOrigin": wrong.get("cross_origin", False),
        }
        return json.dumps(told).encode()


def _answer(credential_id: bytes, response: dict[str, str]) -> str:
    name = base64url(credential_id)
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
