"""How often a number may be tried with a wrong provisional password (design §5, decision 0048). Plain rules, no I/O.

The window is the guesser's: it counts from one place on the network, so that strangers stop nobody but themselves. It
holds for numbers that nobody has too, so that being stopped tells nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from activation.models import RECOVERY

WINDOW = timedelta(minutes=10)
WRONG_PER_WINDOW = 5
WRONG_IN_ALL = 10
"""From anywhere. Then the person's letters are void, and only a new one helps; but not those that open an account anew."""


def recent(wrong_at: Sequence[datetime], now: datetime) -> list[datetime]:
    """The wrong attempts that still count, oldest first."""
    return sorted(at for at in wrong_at if at > now - WINDOW)


def blocked_until(wrong_at: Sequence[datetime], now: datetime) -> datetime | None:
    """When the number may be tried again, or None when it may be tried now."""
    counted = recent(wrong_at, now)
    return counted[-WRONG_PER_WINDOW] + WINDOW if len(counted) >= WRONG_PER_WINDOW else None


def voids(purpose: str, wrong_attempts: int) -> bool:
    """Whether so many wrong attempts make a letter void.

    Never one for recovery, which may be its owner's only way in: whoever knows the number could make each of them void.
    """
    return purpose != RECOVERY and wrong_attempts >= WRONG_IN_ALL
