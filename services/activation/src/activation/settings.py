"""What this service needs to be told (design §5, *shared secrets*)."""

from typing import Literal

from pydantic import Field

from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Each field is an environment variable of the same name in capitals, or a file in ``SECRETS_DIR``."""

    port: int = 8102
    fingerprint_keys: KeyRing = Field(repr=False)
    """Shared with ``registration``: keyed fingerprints of the numbers."""
    provisional_password_peppers: KeyRing = Field(repr=False)
    """Shared with ``letters``, which made the hashes."""
    password_peppers: KeyRing = Field(repr=False)
    staff_totp_keys: KeyRing = Field(repr=False)
    """Lock the secrets of the staff's one-time codes."""
    member_totp_keys: KeyRing = Field(repr=False)
    """Lock the secrets of members' one-time codes."""
    form_keys: KeyRing = Field(repr=False)
    """Shared with the other services that have forms."""
    assertion_keys: KeyRing = Field(repr=False)
    """Ed25519 seeds."""
    notifier_public_key: SealingKey
    session_audiences: frozenset[str] = frozenset({"member-space"})
    """Services that a sign-in assertion may be made for."""
    second_factor: Literal["off", "optional", "required"] = "optional"
    """Whether members may, or must, prove more than their password (``research/identity.md`` §2.5). Staff always must."""
    tries_per_minute_per_address: int = Field(60, ge=1)
    """Requests to sign in or to activate that one network address may send a minute, to all replicas together."""
    guessing_alert_accounts: int = Field(30, ge=1)
    """An alert is raised when more accounts than these saw a failed sign-in, activation or answer within 10 minutes."""
