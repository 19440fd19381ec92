"""Types of cells that several imports share."""

import re
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator

from shared.imports.failures import RefusedValueError

_FRENCH = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_AMOUNT = re.compile(r"(-?)(\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u202f")
REMEMBERED = 20_000
"""Cells of a kind whose reading is kept: days and tariffs come again and again, and a file is read twice as fast."""


@lru_cache(REMEMBERED)
def read_date(value: object) -> object:
    """``27/03/1957`` or ``1957-03-27``.

    Raises:
        RefusedValueError: another form, or a day that does not exist.
    """
    if not isinstance(value, str):
        return value
    if found := _FRENCH.fullmatch(value):
        day, month, year = found.groups()
    elif found := _ISO.fullmatch(value):
        year, month, day = found.groups()
    else:
        raise RefusedValueError("date attendue sous la forme JJ/MM/AAAA")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise RefusedValueError("cette date n’existe pas") from None


def read_cents(value: object) -> object:
    """Euros with at most two decimals, comma or point, in cents: ``1 234,50`` → 123450.

    Raises:
        RefusedValueError: another form.
    """
    if not isinstance(value, str):
        return value
    found = _AMOUNT.fullmatch(value) or _AMOUNT.fullmatch(value.translate(_SPACES))
    if not found:
        raise RefusedValueError("montant attendu en euros, avec deux décimales au plus")
    sign, euros, decimals = found.groups()
    return int(f"{sign}{euros}{decimals or '':0<2}")


FrenchDate = Annotated[date, BeforeValidator(read_date)]
Cents = Annotated[int, BeforeValidator(read_cents)]
"""Euros in the file, integer cents in the row."""
