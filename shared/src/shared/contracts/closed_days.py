"""Days on which somebody is closed besides: bridge days, a yearly closing, a strike that was announced."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode


def parse_closed_days(text: str) -> frozenset[date]:
    """``2026-12-24,2026-12-31``: the days of a setting, none when it is empty.

    Raises:
        ValueError: something that is no date, or one that is named twice.
    """
    days: list[date] = []
    for place, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), 1):
        try:
            days.append(date.fromisoformat(entry))
        except ValueError:
            raise ValueError(f"closed days are written YYYY-MM-DD[,YYYY-MM-DD…]: number {place} is not") from None
    if len(set(days)) < len(days):
        raise ValueError("closed days name each day once")
    return frozenset(days)


ClosedDays = Annotated[
    frozenset[date],
    NoDecode,
    BeforeValidator(lambda value: parse_closed_days(value) if isinstance(value, str) else value),
]
"""A setting of days on which somebody is closed besides, for ``WorkingDays.closed_on``."""
