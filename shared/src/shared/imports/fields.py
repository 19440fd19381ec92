"""Types of cells that several imports share."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

from shared.imports.failures import RefusedValueError

_FRENCH = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,9}([.,]\d{1,2})?", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u202f")


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


def read_amount(value: object) -> object:
    """Euros with at most two decimals, comma or point: ``1 234,50``.

    Raises:
        RefusedValueError: another form.
    """
    if not isinstance(value, str):
        return value
    digits = value.translate(_SPACES)
    if not _AMOUNT.fullmatch(digits):
        raise RefusedValueError("montant attendu en euros, avec deux décimales au plus")
    return Decimal(digits.replace(",", "."))


FrenchDate = Annotated[date, BeforeValidator(read_date)]
Amount = Annotated[Decimal, BeforeValidator(read_amount)]
"""Euros."""
