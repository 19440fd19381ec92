"""How often a number may be tried with a wrong provisional password (design §5). Plain rules, no I/O.

The same window holds for numbers that nobody has, so that being stopped tells nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
WRONG_PER_WINDOW = 5
WRONG_IN_ALL = 10
"""Then the person's letters are void: only a new letter helps."""


def recent(wrong_at: Sequence[datetime], now: datetime) -> list[datetime]:
    """The wrong attempts that still count, oldest first."""
    return sorted(at for at in wrong_at if at > now - WINDOW)


def blocked_until(wrong_at: Sequence[datetime], now: datetime) -> datetime | None:
    """When the number may be tried again, or None when it may be tried now."""
    counted = recent(wrong_at, now)
    return counted[-WRONG_PER_WINDOW] + WINDOW if len(counted) >= WRONG_PER_WINDOW else None


def voids_letters(wrong_attempts: int) -> bool:
    """Whether so many wrong attempts make the letters void."""
    return wrong_attempts >= WRONG_IN_ALL
