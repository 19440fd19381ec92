"""Dates, amounts and people as the French write them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from shared.contracts.paris import PARIS, day_in_paris
from shared.web.date_parts import MONTHS

NBSP, NARROW_NBSP = "\u00a0", "\u202f"


def date_fr(day: date) -> str:
    """``27 mars 1957``; the first of a month is ``1er``. A datetime with a zone is that day in Paris."""
    if isinstance(day, datetime) and day.tzinfo is not None:
        day = day_in_paris(day)
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def datetime_fr(moment: datetime) -> str:
    """``27 mars 1957 à 14 h 05``, time of Paris; a line ends before « à » or nowhere.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = moment.astimezone(PARIS)
    return f"{nbsp(date_fr(local))} {nbsp(f'à {local.hour} h {local.minute:02d}')}"


def euros(amount: Decimal | int) -> str:
    """``1 234,50 €`` of an amount in euros, half a cent rounded away from zero; minus sign U+2212."""
    cents = Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
    digits = f"{abs(cents):,.2f}".replace(",", NARROW_NBSP).replace(".", ",")
    return f"{'−' if cents < 0 else ''}{digits}{NBSP}€"


def cents(amount: int) -> str:
    """``123450`` → ``1 234,50 €``."""
    return euros(Decimal(amount) / 100)


def nbsp(text: str) -> str:
    """Every space made non-breaking: telephone numbers, amounts, references."""
    return text.replace(" ", NBSP)


def polite_name(civility: str, given_name: str, family_name: str) -> str:
    """``Mme Garnier``; without civility the whole name, ``Jeanne Garnier``.

    The back office writes names in capitals; ``D’ALMEIDA-RIVIÈRE`` becomes ``D’Almeida-Rivière``. A name with small
    letters is the person's own spelling and stays.
    """
    shown = family_name.title() if family_name.isupper() else family_name
    return f"{civility or given_name}{NBSP}{shown}"
