import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from joserfc import jwt
from nacl.public import PrivateKey

from shared.security.assertions import (
    DESK,
    AssertionRefusedError,
    AssertionSigner,
    Role,
    SignedIn,
    StaffSignedIn,
    verify,
    verify_staff,
)
from shared.security.fingerprints import fingerprint, fingerprints
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing, encode_key
from shared.security.locking import CannotUnlockError, Locker
from shared.security.sealing import CannotOpenError, SealingKey, unseal_text
from shared.security.signed_in import claims_of
from shared.security.tokens import looks_like_token, new_token, token_digest


def ring(*kids: str) -> KeyRing:
    return KeyRing({kid: kid.encode().ljust(32, b"-") for kid in kids})


@pytest.mark.parametrize(
    "text", ["", "k1", "k1:short", "k1:" + "A" * 43 + ",k1:" + "B" * 43, ":" + "A" * 43, "k$:" + "A" * 43]
)
def test_a_malformed_ring_is_refused(text):
    with pytest.raises(ValueError, match=r"key|base64|padding|Incorrect|short"):
        KeyRing.parse(text)


def test_a_ring_says_its_ids_and_never_its_keys():
    key = secrets.token_bytes(32)
    assert encode_key(key) not in repr(KeyRing.parse(f"k1:{encode_key(key)}"))


def test_a_fingerprint_made_before_a_rotation_is_still_found():
    before = fingerprint(ring("old"), "nir:1850578006084")
    assert before in fingerprints(ring("new", "old"), "nir:1850578006084")
    assert before not in fingerprints(ring("new"), "nir:1850578006084")
    assert fingerprint(ring("old"), "member:123456") != fingerprint(ring("other"), "member:123456")


async def test_hashes_verify_rotate_and_refuse():
    old, new = SecretHasher(ring("old"), "password"), SecretHasher(ring("new", "old"), "password")
    stored = await old.hash("Une phrase bien à moi")
    assert stored.startswith("old$argon2id$v=19$m=19456,t=2,p=1$")
    assert await new.verify(stored, "Une phrase bien à moi")
    assert new.needs_rehash(stored)
    assert not old.needs_rehash(stored)
    assert not await new.verify(stored, "Une phrase bien a moi")
    assert not await new.verify(None, "a secret that nobody has")
    assert not await SecretHasher(ring("old"), "secret-answer").verify(stored, "Une phrase bien à moi")
    assert not await SecretHasher(ring("lost"), "password").verify(stored, "Une phrase bien à moi")


async def test_composed_and_decomposed_accents_are_the_same_password():
    hasher = SecretHasher(ring("k"), "password")
    assert await hasher.verify(await hasher.hash("cafe\u0301 serre\u0301"), "café serré")


def test_only_the_recipient_opens_and_nothing_may_be_altered():
    private = PrivateKey.generate()
    sealed = SealingKey("n1", bytes(private.public_key)).seal_text("the token")
    assert "the token" not in sealed
    assert unseal_text(KeyRing({"n1": bytes(private)}), sealed) == "the token"
    altered = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for ring_, text in (
        (KeyRing({"n1": bytes(PrivateKey.generate())}), sealed),
        (KeyRing({"n2": bytes(private)}), sealed),
        (KeyRing({"n1": bytes(private)}), altered),
        (KeyRing({"n1": bytes(private)}), "n1:***"),
    ):
        with pytest.raises(CannotOpenError):
            unseal_text(ring_, text)


def test_tokens_have_256_bits_and_are_stored_as_digests():
    token = new_token()
    assert looks_like_token(token)
    assert not looks_like_token(token + "=")
    assert len(token_digest(token)) == 32
    assert token_digest(token) != token_digest(new_token())


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHO = SignedIn(uuid4(), uuid4(), uuid4())


def test_an_assertion_tells_who_is_signed_in():
    signer = AssertionSigner(ring("a2", "a1"))
    first, second = (
        verify(signer.sign(WHO, "member-space", NOW), signer.published(), "member-space", NOW) for _ in range(2)
    )
    assert first.who == second.who == WHO
    assert first.id != second.id
    assert first.expires_at == NOW + timedelta(seconds=15)
    assert "d" not in signer.published()["keys"][0]


@pytest.mark.parametrize(
    ("audience", "at", "signed_by"),
    [
        ("letters", NOW, "a1"),
        ("member-space", NOW + timedelta(seconds=66), "a1"),
        ("member-space", NOW - timedelta(seconds=10), "a1"),
        ("member-space", NOW, "forger"),
    ],
    ids=["audience", "expired", "future", "forged"],
)
def test_an_assertion_is_refused_elsewhere_too_late_and_from_others(audience, at, signed_by):
    published = AssertionSigner(ring("a1")).published()
    forged = AssertionSigner(KeyRing({"a1": signed_by.encode().ljust(32, b"-")}))
    with pytest.raises(AssertionRefusedError):
        verify(forged.sign(WHO, "member-space", NOW), published, audience, at)


@pytest.mark.parametrize("text", ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é"])
def test_garbage_is_refused(text):
    with pytest.raises(AssertionRefusedError):
        verify(text, AssertionSigner(ring("a1")).published(), "member-space", NOW)


STAFF = StaffSignedIn(uuid4(), uuid4(), "Zoé Lefèvre – accueil", Role.CONSEILLER)


def test_an_assertion_tells_who_of_the_staff_is_signed_in():
    signer = AssertionSigner(ring("a1"))
    shortest, longest = STAFF, StaffSignedIn(uuid4(), uuid4(), "é" * 100, Role.EXPLOITATION)
    for who in (shortest, longest):
        assert verify_staff(signer.sign(who, DESK, NOW), signer.published(), NOW).who == who


def test_a_member_is_never_taken_for_staff_nor_staff_for_a_member():
    """Audience and kind are each enough: the other one is made right here, as a mistaken signer might."""
    signer = AssertionSigner(ring("a1"))
    keys = signer.published()
    for who, audience in ((WHO, DESK), (STAFF, "member-space")):
        with pytest.raises(ValueError, match="the desk is for staff"):
            signer.sign(who, audience, NOW)

    member, staff = signed(claims_of(WHO), "member-space"), signed(claims_of(STAFF), DESK)
    assert verify(member, keys, "member-space", NOW).who == WHO
    assert verify_staff(staff, keys, NOW).who == STAFF

    # one of the two is wrong, then the other, then both
    for claims, audience in ((WHO, DESK), (STAFF, "member-space"), (WHO, "member-space")):
        with pytest.raises(AssertionRefusedError):
            verify_staff(signed(claims_of(claims), audience), keys, NOW)
    for claims, audience in ((STAFF, "member-space"), (WHO, DESK), (STAFF, DESK)):
        with pytest.raises(AssertionRefusedError):
            verify(signed(claims_of(claims), audience), keys, "member-space", NOW)
    # whoever has every claim of both is still only what the kind says
    both = claims_of(STAFF) | claims_of(WHO)
    with pytest.raises(AssertionRefusedError):
        verify_staff(signed(both, DESK), keys, NOW)
    with pytest.raises(AssertionRefusedError):
        verify(signed(claims_of(WHO) | claims_of(STAFF), "member-space"), keys, "member-space", NOW)


def test_without_a_kind_it_is_a_member_of_the_version_before_and_never_staff():
    keys = AssertionSigner(ring("a1")).published()
    member, staff = ({name: value for name, value in claims_of(who).items() if name != "kind"} for who in (WHO, STAFF))
    assert verify(signed(member, "member-space"), keys, "member-space", NOW).who == WHO
    with pytest.raises(AssertionRefusedError):
        verify_staff(signed(staff, DESK), keys, NOW)


@pytest.mark.parametrize(
    "change", [{"role": "directeur"}, {"role": None}, {"name": None}, {"sid": "x"}, {"kind": "Staff"}]
)
def test_staff_claims_that_say_nothing_clear_are_refused(change):
    with pytest.raises(AssertionRefusedError):
        verify_staff(signed(claims_of(STAFF) | change, DESK), AssertionSigner(ring("a1")).published(), NOW)


def signed(claims, audience):
    """A well-signed assertion of anything at all."""
    at = int(NOW.timestamp())
    frame = {"iss": "activation", "aud": audience, "iat": at, "exp": at + 15, "jti": str(uuid4())}
    key = AssertionSigner(ring("a1"))._keys["a1"]
    return jwt.encode({"alg": "Ed25519", "kid": "a1"}, frame | claims, key, algorithms=["Ed25519"])


def test_what_is_locked_rotates_and_opens_for_its_purpose_alone():
    old, new = Locker(ring("old"), "totp"), Locker(ring("new", "old"), "totp")
    locked = old.lock("JBSWY3DPEHPK3PXP")
    assert locked.startswith("old:")
    assert "JBSWY3DPEHPK3PXP" not in locked
    assert locked != old.lock("JBSWY3DPEHPK3PXP")
    assert new.unlock(locked) == old.unlock(locked) == "JBSWY3DPEHPK3PXP"
    assert (old.needs_relock(locked), new.needs_relock(locked)) == (False, True)
    altered = locked[:-6] + ("A" if locked[-6] != "A" else "B") + locked[-5:]
    for locker, text in (
        (Locker(ring("new"), "totp"), locked),
        (Locker(ring("old"), "other"), locked),
        (Locker(KeyRing({"old": b"x" * 32}), "totp"), locked),
        (old, altered),
        (old, "old:***"),
        (old, ""),
    ):
        with pytest.raises(CannotUnlockError):
            locker.unlock(text)
