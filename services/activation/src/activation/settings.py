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
    resets_per_hour_per_address: int = Field(20, ge=1)
    """Requests for a link to choose a new password that one network address may send an hour, to all replicas together."""
    answer_seconds: float = Field(0.4, ge=0, le=5)
    """A request for such a link is answered no sooner (decision 0012)."""
    tries_per_minute_per_address: int = Field(60, ge=1)
    """Requests to sign in or to activate that one network address may send a minute, to all replicas together."""
    guessing_alert_accounts: int = Field(30, ge=1)
    """An alert is raised when more accounts than these saw a failed sign-in, activation or answer within 10 minutes."""

    links_kept_days: int = Field(30, ge=1, le=365)
    """After their end, so that an old link is told apart from no link (as all below: design §5, *retention*)."""
    expired_letters_kept_days: int = Field(30, ge=1, le=365)
    """After the validity of a provisional password, so that an expired one is told apart from a wrong one."""
    sign_in_failures_kept_days: int = Field(90, ge=1, le=365)
    security_journal_kept_days: int = Field(365, ge=361, le=1096)
    """Both journals; CNIL 2021-122: 6 to 12 months, up to 3 years for internal control. The database lets nothing younger
    than 360 days go."""
    unconfirmed_accounts_kept_days: int = Field(90, ge=31, le=365)
    """After the activation; longer than the 30 days that a letter is valid at most, so that who is slow to read the mail still
    finds the account."""
    closed_accounts_kept_days: int = Field(1826, ge=365, le=3653)
    """Five years, as other evidence: the proof of the terms that were accepted."""
