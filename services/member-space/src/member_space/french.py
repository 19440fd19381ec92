"""Amounts in cents and short dates as the French write them, beside ``shared.web.french``."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date

from shared.web.french import euros, nbsp


def cents(amount: int) -> str:
    """``123450`` → ``1 234,50 €``."""
    return euros(Decimal(amount) / 100)


def date_short(day: date) -> str:
    """``9 sept. 2026``, for narrow columns; the spaces don't break."""
    return nbsp(format_date(day, "d MMM y", locale="fr"))
