"""How long until one may try again, as people say it, and as a page that was tried too often answers."""

import math
from datetime import UTC, datetime, timedelta

_NBSP = "\u00a0"


def too_many(until: datetime | None, otherwise: str = "", *, many: str = "Trop d’essais") -> tuple[str, dict[str, str]]:
    """What a blocked form says, and the headers with it. ``otherwise``: where no waiting helps, ``until`` being None."""
    if until is None:
        return otherwise, {}
    now = datetime.now(UTC)
    return f"{many}. Réessayez dans {wait_in_words(until, now)}", retry_after(until, now)


def wait_in_words(until: datetime, now: datetime) -> str:
    """« 1 minute », « 12 minutes », « 3 heures »: rounded up, so that who waits that long has waited enough."""
    minutes = max(1, math.ceil((until - now) / timedelta(minutes=1)))
    if minutes < 90:
        return f"{minutes}{_NBSP}minute{'s' if minutes > 1 else ''}"
    return f"{math.ceil(minutes / 60)}{_NBSP}heures"


def retry_after(until: datetime, now: datetime) -> dict[str, str]:
    """The HTTP header that says the same in seconds."""
    return {"Retry-After": str(max(1, math.ceil((until - now).total_seconds())))}
