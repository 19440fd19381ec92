"""How long until one may try again, as people say it."""

import math
from datetime import datetime, timedelta

_NBSP = "\u00a0"


def wait_in_words(until: datetime, now: datetime) -> str:
    """« 1 minute », « 12 minutes », « 3 heures »: rounded up, so that who waits that long has waited enough."""
    minutes = max(1, math.ceil((until - now) / timedelta(minutes=1)))
    if minutes < 90:
        return f"{minutes}{_NBSP}minute{'s' if minutes > 1 else ''}"
    return f"{math.ceil(minutes / 60)}{_NBSP}heures"


def retry_after(until: datetime, now: datetime) -> dict[str, str]:
    """The HTTP header that says the same in seconds."""
    return {"Retry-After": str(max(1, math.ceil((until - now).total_seconds())))}
