"""What keeps the staff's secrets: their passwords hashed, the secrets of their codes locked."""

from dataclasses import dataclass

from activation.settings import Settings
from shared.security.hashing import SecretHasher
from shared.security.locking import Locker
from shared.settings import Environment


@dataclass(frozen=True)
class StaffSecrets:
    """Put together once."""

    passwords: SecretHasher
    totp: Locker
    refuse_demonstrations: bool
    """In production, where secrets that everybody knows open nothing."""


def staff_secrets(settings: Settings) -> StaffSecrets:
    """Those of these settings. The purposes keep the staff's from serving as members', and the reverse."""
    return StaffSecrets(
        SecretHasher(settings.password_peppers, "staff-password"),
        Locker(settings.staff_totp_keys, "staff-totp"),
        settings.environment is Environment.PRODUCTION,
    )
