"""One-time codes by the clock (RFC 6238: SHA-1, 6 digits, 30 s, as every authenticator application makes them).

For members and for the staff alike; whose secret it is and which codes were used is known elsewhere.
"""

from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

STEPS_AROUND = 1
"""Steps before and after the present one whose code is taken: clocks differ, and typing takes time (RFC 6238 §5.2)."""
DEMONSTRATION_PREFIX = "DEMO"
"""How secrets of demonstrations begin; production takes no code of theirs."""
_GROUP = 4


def new_secret() -> str:
    """160 bits in base32 (RFC 4226 §4, R6), from the system's secure random source."""
    while is_demonstration(secret := pyotp.random_base32()):
        pass
    return secret


def is_demonstration(secret: str) -> bool:
    """Whether a secret is one that everybody knows."""
    return secret.startswith(DEMONSTRATION_PREFIX)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step that a code belongs to, of the present one and those around it; None when it is none of theirs.

    Whether it was used before is not known here.
    """
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=at, valid_window=STEPS_AROUND)
    except OTPVerificationError:
        return None


def enrolment_uri(secret: str, name: str, issuer: str) -> str:
    """``otpauth://totp/…``: what an authenticator application reads from a QR code, and calls the account."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def in_groups(secret: str) -> str:
    """``JBSW Y3DP …``: to be typed where no camera is."""
    return " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
