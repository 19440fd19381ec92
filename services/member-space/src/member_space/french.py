"""Short dates as the French write them, beside ``shared.web.french``."""

from datetime import date

from babel.dates import format_date

from shared.web.french import nbsp


def date_short(day: date) -> str:
    """``9 sept. 2026``, for narrow columns; the spaces don't break."""
    return nbsp(format_date(day, "d MMM y", locale="fr"))
