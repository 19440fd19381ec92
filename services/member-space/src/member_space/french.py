"""Short dates as the French write them, beside ``shared.web.french``."""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from shared.web.french import nbsp


def date_short(day: date) -> str:
    """``9 sept. 2026``, for narrow columns; the spaces don't break."""
    return nbsp(format_date(day, "d MMM y", locale="fr"))


def file_size(size: int) -> str:
    """Bytes → ``84 Ko`` or ``1,2 Mo``, as Windows counts and rounds them; at least ``1 Ko``."""
    if size < 1024 * 1024:
        return nbsp(f"{max(1, round(size / 1024))} Ko")
    return nbsp(f"{format_decimal(round(size / 1024 / 1024, 1), locale='fr')} Mo")
