"""On which days somebody works: the mutual, the print shop, or both (decision 0050). A day is one of the calendar in Paris."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.contracts.public_holidays import local_holidays, public_holidays

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOCAL, _HOLIDAYS = "alsace-moselle", "holidays"


class WorkingDays:
    """``mon-fri[,sat…][,alsace-moselle|,holidays]``: weekdays, less the public holidays of France and the days closed besides.

    With ``holidays`` those are worked too: who never rests.
    """

    # not a dataclass: pydantic-settings would read those as JSON
    def __init__(
        self,
        weekdays: frozenset[int],
        *,
        alsace_moselle: bool = False,
        on_holidays: bool = False,
        closed: frozenset[date] = frozenset(),
    ) -> None:
        """``weekdays`` as ``date.weekday`` counts them, 0 for Monday; ``alsace_moselle`` adds its two holidays.

        Raises:
            ValueError: no weekday, or local holidays where none is kept.
        """
        if not weekdays:
            raise ValueError("working days need at least one weekday")
        if alsace_moselle and on_holidays:
            raise ValueError(f"working days are written with {_LOCAL} or {_HOLIDAYS}, not both")
        self._weekdays = weekdays
        self._on_holidays = on_holidays
        self._alsace_moselle = alsace_moselle
        self._closed = closed

    @classmethod
    def parse(cls, text: str) -> "WorkingDays":
        """Read from a setting, in any case.

        Raises:
            ValueError: no weekday, one named twice, a range that ends before it begins, or another word.
        """
        weekdays: list[int] = []
        entries = [entry.strip() for entry in text.lower().split(",") if entry.strip()]
        for place, entry in enumerate(entries, 1):
            weekdays += () if entry in {_LOCAL, _HOLIDAYS} else _weekdays_of(entry, place)
        if len(set(weekdays)) < len(weekdays):
            raise ValueError("working days name each weekday once")
        return cls(frozenset(weekdays), alsace_moselle=_LOCAL in entries, on_holidays=_HOLIDAYS in entries)

    def closed_on(self, days: frozenset[date]) -> "WorkingDays":
        """The same with more days that are not worked: bridge days, a yearly closing, a strike that was announced."""
        return WorkingDays(
            self._weekdays,
            alsace_moselle=self._alsace_moselle,
            on_holidays=self._on_holidays,
            closed=self._closed | days,
        )

    def __and__(self, other: "WorkingDays") -> "WorkingDays":
        """The days that both work.

        Raises:
            ValueError: they have no weekday in common, so that such a day would never come.
        """
        common = self._weekdays & other._weekdays
        if not common:
            raise ValueError("working days of two that work together need at least one weekday in common")
        local = self._alsace_moselle or other._alsace_moselle
        never_rest = self._on_holidays and other._on_holidays
        return WorkingDays(common, alsace_moselle=local, on_holidays=never_rest, closed=self._closed | other._closed)

    def is_worked(self, day: date) -> bool:
        """Whether it is worked.

        Raises:
            TypeError: a datetime, whose day depends on the place.
        """
        if isinstance(day, datetime):
            raise TypeError("a day is needed, not a moment: take its date in Paris")
        return (
            day.weekday() in self._weekdays
            and day not in self._closed
            and (self._on_holidays or day not in public_holidays(day.year))
            and not (self._alsace_moselle and day in local_holidays(day.year))
        )

    def from_day(self, day: date) -> Iterator[date]:
        """Every worked day from a day on, that one included, in order and without end."""
        while True:
            if self.is_worked(day):
                yield day
            day += timedelta(days=1)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, or else the next one that is."""
        return next(self.from_day(day))

    def after(self, day: date, days: int = 1) -> date:
        """The ``days``-th worked day after a day, which is not counted, be it worked or not: D+1 is ``after(day, 1)``.

        Raises:
            ValueError: less than one day.
        """
        if days < 1:
            raise ValueError("working days are counted forward, from 1")
        return next(islice(self.from_day(day + timedelta(days=1)), days - 1, None))

    def __str__(self) -> str:
        """As a setting says it, but for the days closed besides."""
        words = [name for number, name in enumerate(_WEEKDAYS) if number in self._weekdays]
        return ",".join([*words, *[_LOCAL] * self._alsace_moselle, *[_HOLIDAYS] * self._on_holidays])

    def __repr__(self) -> str:
        closed = ",".join(day.isoformat() for day in sorted(self._closed))
        return f"WorkingDays({self}{' closed on ' if closed else ''}{closed})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(str(value))
        )


def _weekdays_of(entry: str, place: int) -> range:
    first, dash, last = entry.partition("-")
    if {first, last if dash else first} <= set(_WEEKDAYS):
        begin, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        if begin <= end:
            return range(begin, end + 1)
    raise ValueError(
        f"working days are written mon-fri[,sat…][,{_LOCAL}|,{_HOLIDAYS}], in the order {', '.join(_WEEKDAYS)}: "
        f"number {place} is not"
    )
