"""Sums of reimbursements, and the bars that draw them."""

from collections.abc import Mapping
from dataclasses import dataclass

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """Of some lines; cents of euro."""

    lines: int = 0
    spent: int = 0
    social_security_share: int = 0
    mutual_share: int = 0
    rest_to_pay: int = 0


@dataclass(frozen=True)
class Bar:
    """One month: the heights of its three parts in units of the drawing, from the bottom up."""

    month: str
    totals: Totals
    social_security: float
    mutual: float
    rest: float


@dataclass(frozen=True)
class Chart:
    """Bars on a scale. ``scale`` holds amounts (cents) with their height above the bottom."""

    height: float
    scale: tuple[tuple[int, float], ...]
    bars: tuple[Bar, ...]


def months(found: Mapping[int, Totals]) -> list[tuple[str, Totals]]:
    """All twelve months with their totals."""
    return [(name, found.get(number, Totals())) for number, name in enumerate(MONTHS, 1)]


def chart(found: Mapping[int, Totals], height: float = 200) -> Chart:
    """The months of a year as bars; the topmost line of the scale is ``height`` high."""
    scale = round_scale(max((one.spent for one in found.values()), default=0))
    unit = height / scale[-1]
    drawn = tuple(
        Bar(
            name, one, round(one.social_security_share * unit, 1), round(one.mutual_share * unit, 1),
            round(one.rest_to_pay * unit, 1),
        )
        for name, one in months(found)
    )  # fmt: skip
    return Chart(height, tuple((amount, round(amount * unit, 1)) for amount in scale), drawn)


def round_scale(highest: int) -> list[int]:
    """From 0 by equal steps of 1, 2 or 5 euros (tens, hundreds…) up to at least ``highest``: two to five amounts, in cents."""
    step = 100
    while True:
        for size in (step, 2 * step, 5 * step):
            if size * 4 >= highest:
                return list(range(0, max(1, -(-highest // size)) * size + 1, size))
        step *= 10
