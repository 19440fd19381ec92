"""Short forms as the French write them, beside ``shared.web.french``."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from shared.web.french import NBSP, nbsp


def date_short(day: date) -> str:
    """``9 sept. 2026``, for narrow columns; the spaces don't break. A moment is told by its day in Paris."""
    local = day.astimezone(ZoneInfo("Europe/Paris")) if isinstance(day, datetime) else day
    return nbsp(format_date(local, "d MMM y", locale="fr"))


def file_size(size: int) -> str:
    """Bytes in units of 1,000: ``84 Ko``, ``1,2 Mo``; at least 1 Ko."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NBSP}Ko"
    return f"{size / 1_000_000:.1f}{NBSP}Mo".replace(".", ",")


def age(time: timedelta) -> str:
    """How long ago, in the largest whole unit: ``il y a 3 jours``."""
    minutes = max(0, int(time.total_seconds() // 60))
    for size, one, many in ((1440, "jour", "jours"), (60, "heure", "heures"), (1, "minute", "minutes")):
        if minutes >= size:
            count = minutes // size
            return f"il y a {count}{NBSP}{one if count == 1 else many}"
    return "à l’instant"
