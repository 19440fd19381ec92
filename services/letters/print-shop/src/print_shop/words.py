"""French as the operators read it: its spaces, its plurals, its moments."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.web.french import NARROW_NBSP, NBSP, datetime_fr


def fr(text: str) -> str:
    """The text with the non-breaking spaces of French before ``: ; ? ! »`` and after ``«``."""
    return re.sub(r" (?=[:;?!»])", NBSP, text).replace("« ", f"«{NBSP}")


def number(count: int) -> str:
    """``12 345``."""
    return f"{count:,}".replace(",", NARROW_NBSP)


def some(count: int, noun: str) -> str:
    """``1 feuille``, ``2 feuilles``: 0 and 1 are singular in French."""
    return f"{number(count)}{NBSP}{noun}{'s' if count > 1 else ''}"


def sheets(count: int) -> str:
    """``501 feuilles``."""
    return some(count, "feuille")


def letters(count: int) -> str:
    """``500 lettres``."""
    return some(count, "lettre")


def spoiled(count: int) -> str:
    """``1 gâchée``, ``3 gâchées``."""
    return some(count, "gâchée")


def megabytes(count: int) -> str:
    """``3,4 Mo``."""
    return f"{count / 1_000_000:.1f}".replace(".", ",") + f"{NBSP}Mo"


def moment(at: datetime) -> str:
    """``27 mars 1957 à 14 h 05``."""
    return datetime_fr(at)


def short_moment(at: datetime) -> str:
    """``27/11 14:05``, time of Paris: for tables."""
    return f"{at.astimezone(ZoneInfo('Europe/Paris')):%d/%m %H:%M}"
