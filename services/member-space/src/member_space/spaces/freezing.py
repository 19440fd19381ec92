"""What was done in a space until its account was frozen counts for nothing (decision 0047). Plain rule, no I/O."""

from datetime import datetime, timedelta

from shared.security.assertions import CLOCK_SKEW_SECONDS, LIFETIME_SECONDS

UNDER_WAY = timedelta(seconds=LIFETIME_SECONDS + 2 * CLOCK_SKEW_SECONDS)
"""After the moment at which everybody was signed out: what a request that was let in just before may still have written, by a
clock that may be another's. No owner is back so soon: a letter lies between."""


def was_in_other_hands(at: datetime, frozen_at: datetime | None) -> bool:
    """Whether what was written at that time may be a stranger's. ``frozen_at``: the latest freezing. Times are aware."""
    return frozen_at is not None and at <= frozen_at + UNDER_WAY
