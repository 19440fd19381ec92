"""The public holidays of France, computed: a list of dates would end one day, and nobody would notice (decision 0050)."""

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter  # type: ignore[import-untyped]

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_DAYS_FROM_EASTER = (1, 39, 50)
"""Easter Monday, Ascension, Pentecost Monday."""


@lru_cache
def public_holidays(year: int) -> frozenset[date]:
    """The 11 of art. L3133-1 of the Code du travail as it stands, also where they fall on a weekend.

    They are 10 days in the rare years in which Ascension is on 1 or 8 May: next in 2059.
    """
    moving = (easter(year) + timedelta(days=days) for days in _DAYS_FROM_EASTER)
    return frozenset((*(date(year, month, day) for month, day in _FIXED), *moving))


@lru_cache
def local_holidays(year: int) -> frozenset[date]:
    """The two more of Moselle, Bas-Rhin and Haut-Rhin (art. L3134-13): Good Friday and 26 December.

    The law makes Good Friday one where the commune has a Protestant church or one shared by both confessions.
    """
    return frozenset((easter(year) - timedelta(days=2), date(year, 12, 26)))
