"""Whether a person may be told their identifier again: nobody's mailbox is filled by a stranger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class ReminderPolicy:
    """At least ``apart``, at most ``most`` in any ``window``."""

    apart: timedelta = timedelta(minutes=10)
    window: timedelta = timedelta(days=1)
    most: int = 5

    def allows(self, now: datetime, earlier: Sequence[datetime]) -> bool:
        """``earlier``: when the person was told, in any order; those before the window may be left out."""
        recent = [time for time in earlier if time > now - self.window]
        return len(recent) < self.most and all(time <= now - self.apart for time in recent)
