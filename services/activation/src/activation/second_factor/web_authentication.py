"""WebAuthn as we use it, without I/O: what browsers are asked for, and whether their answer is right.

User verification is *preferred*, not required: the password always comes first, so the passkey need only be something
that one has (NIST SP 800-63B-4 §2.2: two single factors); a security key without a PIN serves, too. No attestation: which
make a passkey is does not matter here, and asking for it would tell us about people's devices.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from activation.models import Account
from activation.second_factor.models import Passkey

NAME = "Espace assuré & adhérent"
PATIENCE_MS = 300_000
"""How long the browser waits for the person (WebAuthn L3 §15.1: 5 to 10 min when verification is not discouraged)."""
LONGEST_ID = 1023
"""Bytes (WebAuthn L3 §7.1)."""
LONGEST_ANSWER = 16_000
"""Characters of JSON: several times what an answer without attestation has."""

log = structlog.get_logger()


@dataclass(frozen=True)
class RelyingParty:
    """Us, as browsers know us: the host that passkeys belong to, and the only origin that may use them."""

    id: str
    origin: str


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a passkey that was made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Signed:
    """A challenge signed by a passkey of the account."""

    passkey: Passkey
    sign_count: int


def relying_party(public_url: str) -> RelyingParty:
    """From the address of the site as people type it."""
    parts = urlsplit(public_url)
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, standard) else f":{parts.port}"
    return RelyingParty(parts.hostname or "", f"{parts.scheme}://{parts.hostname}{port}")


def new_challenge() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(32)


def creation_options(party: RelyingParty, account: Account, passkeys: Sequence[Passkey], challenge: bytes) -> str:
    """JSON for ``navigator.credentials.create``. An authenticator that has one of ``passkeys`` makes no second one."""
    return options_to_json(
        generate_registration_options(
            rp_id=party.id,
            rp_name=NAME,
            user_id=account.id.bytes,
            user_name=account.email,
            challenge=challenge,
            timeout=PATIENCE_MS,
            exclude_credentials=_descriptors(passkeys),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
            ),
        )
    )


def request_options(party: RelyingParty, passkeys: Sequence[Passkey], challenge: bytes) -> str:
    """JSON for ``navigator.credentials.get``."""
    return options_to_json(
        generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=PATIENCE_MS,
            allow_credentials=_descriptors(passkeys),
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def made(party: RelyingParty, answer: str, challenge: bytes) -> NewPasskey | None:
    """The passkey that an answer brings; None for anything but an answer to this challenge, made on our site."""
    try:
        credential = parse_registration_credential_json(answer)
        _not_in_a_frame(credential.response.client_data_json)
        verified = verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=party.id, expected_origin=party.origin
        )
        # a key that can't be one would never sign in: better told now
        decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
    except Exception as error:  # the library's parsers raise whatever they meet in what was sent
        _say("passkey not made", error)
        return None
    if len(verified.credential_id) > LONGEST_ID:
        return None
    return NewPasskey(verified.credential_id, verified.credential_public_key, verified.sign_count)


def signed(party: RelyingParty, answer: str, challenge: bytes, passkeys: Sequence[Passkey]) -> Signed | None:
    """The one of ``passkeys`` that an answer comes from; None for anything but its signature of this challenge, on our
    site, with a count that has grown (an authenticator that was copied would fall behind)."""
    try:
        credential = parse_authentication_credential_json(answer)
        _not_in_a_frame(credential.response.client_data_json)
        passkey = next(one for one in passkeys if one.credential_id == credential.raw_id)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except Exception as error:  # as above
        _say("passkey refused", error)
        return None
    return Signed(passkey, verified.new_sign_count)


def _not_in_a_frame(client_data: bytes) -> None:
    """Our pages stand in nobody else's; the library leaves this to who uses it (WebAuthn L3 §7.1, step 10)."""
    if parse_client_data_json(client_data).cross_origin:
        raise WebAuthnException("asked for within another site's page")


def _say(what: str, error: Exception) -> None:
    """Never its words: they quote what was sent."""
    log.info("passkey refused", check=what, reason=type(error).__name__)


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in passkeys]
