"""Short forms as the French write them, beside ``shared.web.french``."""

from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal

from shared.contracts.paris import day_in_paris
from shared.web.french import NBSP, nbsp


def date_short(day: date) -> str:
    """``9 sept. 2026``, for narrow columns; the spaces don't break. A moment is told by its day in Paris."""
    local = day_in_paris(day) if isinstance(day, datetime) else day
    return nbsp(format_date(local, "d MMM y", locale="fr"))


def file_size(size: int) -> str:
    """Bytes → ``84 Ko`` or ``1,2 Mo``, as Windows counts and rounds them; at least ``1 Ko``."""
    if size < 1024 * 1024:
        return nbsp(f"{max(1, round(size / 1024))} Ko")
    return nbsp(f"{format_decimal(round(size / 1024 / 1024, 1), locale='fr')} Mo")


def age(time: timedelta) -> str:
    """How long ago, in the largest whole unit: ``il y a 3 jours``."""
    minutes = max(0, int(time.total_seconds() // 60))
    for size, one, many in ((1440, "jour", "jours"), (60, "heure", "heures"), (1, "minute", "minutes")):
        if minutes >= size:
            count = minutes // size
            return f"il y a {count}{NBSP}{one if count == 1 else many}"
    return "à l’instant"
