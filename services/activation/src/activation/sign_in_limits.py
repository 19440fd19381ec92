"""How often an account may be tried with a wrong password (design §5; CNIL: ≤ 25 a day; NIST 800-63B-4: ≤ 100 in a row).

Counted by address, known or not; never by network address, so that nobody else's failures are paid for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_FAILURES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
DAY = timedelta(hours=24)
FAILURES_PER_DAY = 25
FAILURES_IN_A_ROW = 100


@dataclass(frozen=True)
class Failures:
    """Failed sign-ins for one address: their times within the last day, and how many since the last success."""

    failed_at: Sequence[datetime] = ()
    in_a_row: int = 0

    def and_now(self, now: datetime) -> "Failures":
        """With one more, forgetting those older than a day."""
        return Failures([*self.last_day(now), now], self.in_a_row + 1)

    def last_day(self, now: datetime) -> list[datetime]:
        """The failures of the last 24 h, oldest first."""
        return sorted(at for at in self.failed_at if at > now - DAY)

    @property
    def recovery_only(self) -> bool:
        """Whether the password no longer opens the account, right or wrong."""
        return self.in_a_row >= FAILURES_IN_A_ROW

    def blocked_until(self, now: datetime) -> datetime | None:
        """When a password may be tried again, or None when it may be tried now (``recovery_only`` aside)."""
        counted = self.last_day(now)
        if not counted:
            return None
        wait = wait_after(self.in_a_row)
        # without a wait the last failure stops nobody, even one told by a clock that is ahead of ours
        until = counted[-1] + wait if wait else now
        if len(counted) >= FAILURES_PER_DAY:
            until = max(until, counted[-FAILURES_PER_DAY] + DAY)
        return until if until > now else None

    def again_at(self, now: datetime) -> datetime | None:
        """Of failures that block: when to try again; None when only recovery helps."""
        return None if self.recovery_only else self.blocked_until(now)


def wait_after(in_a_row: int) -> timedelta:
    """The pause that so many failures in a row ask for: none below 5, then 1 min doubling up to 1 h."""
    if in_a_row < FREE_FAILURES:
        return timedelta(0)
    doublings: int = min(in_a_row - FREE_FAILURES, 10)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))
