"""A date typed in three fields: day, month (number or French name), year (research/ui.md §2 and §4.1)."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.contracts.paris import day_in_paris
from shared.web.rules import FieldError

PARTS = ("day", "month", "year")
"""Ends of the three controls' names: ``birth_date_day``, ``birth_date_month``, ``birth_date_year``."""
MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)
_NAMES = ("un jour", "un mois", "une année")


@dataclass(frozen=True)
class DateParts:
    """Marks a ``date`` field that is asked in three parts.

    ``subject`` is feminine and begins the messages; without ``missing`` the date is optional (``date | None``).
    """

    subject: str
    missing: str = ""
    past: bool = False
    first_year: int = 1900
    years_ahead: int | None = None
    """From today, at most: beyond, the year is mistyped."""

    def check(self, value: Any) -> date | None:
        """The date of three texts (day, month, year); a ``date`` passes as it is.

        Raises:
            FieldError: nothing, a part missing, not a date, not in the past, before ``first_year`` or after ``years_ahead``.
        """
        if value is None or isinstance(value, date):
            return value
        day, month, year = (unicodedata.normalize("NFKC", part).strip() for part in value)
        self._check_missing((day, month, year))
        if day or month or year:
            return self._in_range(self._real(day, month, year))
        return None

    def _check_missing(self, parts: Sequence[str]) -> None:
        absent = [index for index, part in enumerate(parts) if not part]
        if len(absent) == 3:
            if self.missing:
                raise FieldError(self.missing)
        elif absent:
            names = " et ".join(_NAMES[index] for index in absent)
            raise self._error(f"doit comporter {names}", PARTS[absent[0]])

    def _real(self, day: str, month: str, year: str) -> date:
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise FieldError("L’année doit comporter 4 chiffres", control="year")
        number = _month_number(month)
        if number is None:
            raise self._error("doit être une date réelle", "month")
        if not (day.isascii() and day.isdigit() and len(day) <= 2):
            raise self._error("doit être une date réelle", "day")
        try:
            return date(int(year), number, int(day))
        except ValueError:
            raise self._error("doit être une date réelle", "day") from None

    def _in_range(self, found: date) -> date:
        today = day_in_paris(datetime.now(UTC))
        if self.past and found >= today:
            raise self._error("doit être dans le passé", "year")
        if found.year < self.first_year:
            raise self._error(f"doit être postérieure à {self.first_year - 1}", "year")
        if self.years_ahead is not None and _is_beyond(found, today, self.years_ahead):
            ahead = "un an" if self.years_ahead == 1 else f"{self.years_ahead}\u00a0ans"
            raise self._error(f"doit être dans {ahead} au plus tard. Vérifiez l’année", "year")
        return found

    def _error(self, rest: str, control: str) -> FieldError:
        return FieldError(f"{self.subject} {rest}", control=control)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)


def _is_beyond(day: date, today: date, years: int) -> bool:
    return (day.year, day.month, day.day) > (today.year + years, today.month, today.day)


def _month_number(text: str) -> int | None:
    """1 to 12 of a number or of a name, whole or cut after 3 letters or more, with or without accents."""
    if text.isascii() and text.isdigit():
        number = int(text[:4])
        return number if len(text) <= 2 and 1 <= number <= 12 else None
    plain = _plain(text).rstrip(".")
    found = [index for index, name in enumerate(MONTHS, 1) if _plain(name).startswith(plain)]
    return found[0] if len(plain) >= 3 and len(found) == 1 else None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


BirthDate = Annotated[date, DateParts("La date de naissance", "Saisissez votre date de naissance", past=True)]
