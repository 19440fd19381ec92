"""Dates and amounts as the French write them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from shared.web.date_parts import MONTHS

NBSP, NARROW_NBSP = "\u00a0", "\u202f"


def date_fr(day: date) -> str:
    """``27 mars 1957``; the first of a month is ``1er``. A datetime with a zone is that day in Paris."""
    if isinstance(day, datetime) and day.tzinfo is not None:
        day = day.astimezone(ZoneInfo("Europe/Paris"))
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def datetime_fr(moment: datetime) -> str:
    """``27 mars 1957 à 14 h 05``, time of Paris.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = moment.astimezone(ZoneInfo("Europe/Paris"))
    return f"{date_fr(local)} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def euros(amount: Decimal | int) -> str:
    """``1 234,50 €`` of an amount in euros, half a cent rounded away from zero; minus sign U+2212."""
    cents = Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
    digits = f"{abs(cents):,.2f}".replace(",", NARROW_NBSP).replace(".", ",")
    return f"{'−' if cents < 0 else ''}{digits}{NBSP}€"


def nbsp(text: str) -> str:
    """Every space made non-breaking: telephone numbers, amounts, references."""
    return text.replace(" ", NBSP)
