"""How a canary letter is told from a member's: it is nobody's, opens nothing, and no event speaks of it."""

from datetime import date
from uuid import UUID, uuid5

CANARY = "canary"
"""Its purpose, beside those of ``LetterPurpose``."""
NOBODY = UUID("5b1f6f0e-3f0c-5f0e-9d38-6d1a5f6c0de0")
"""The person of canary letters."""


def request_of(day: date) -> UUID:
    """The request of a day's canary: the same for every replica, so that there is one a day."""
    return uuid5(NOBODY, day.isoformat())
