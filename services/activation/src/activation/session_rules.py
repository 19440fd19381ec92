"""How long a session lives (design §5). Plain rules, no I/O."""

from datetime import datetime, timedelta

from shared.security.session_times import IDLE, TOUCH_EVERY

ABSOLUTE = timedelta(hours=12)
MOST = 10
"""Signed-in browsers of one account at once (ASVS 7.1.2); one more ends the one that was used least lately."""


def is_live(created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether the session still opens anything."""
    return now < last_seen_at + IDLE and now < created_at + ABSOLUTE


def is_due_for_touch(last_seen_at: datetime, now: datetime) -> bool:
    """Whether its use is worth a write."""
    return now >= last_seen_at + TOUCH_EVERY
