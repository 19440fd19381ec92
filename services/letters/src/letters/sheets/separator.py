"""The sheet before the letters of a batch: told apart in a stack at a glance, with what is to be counted."""

from dataclasses import dataclass
from datetime import date, datetime

from letters.sheets.form import Form
from letters.sheets.slots import Glyphs
from shared.web.french import date_fr, datetime_fr, nbsp

SHEETS = 1
_WIDTHS = {"serial": 15, "letters": 5, "sheets": 5, "first": 24, "last": 24, "closed": 30, "post": 30}
_SIGNS = dict(zip(_WIDTHS, "slnftcq", strict=True))
SLOTS = "".join(_SIGNS.values())


@dataclass(frozen=True)
class Separator:
    """What it says. ``first`` and ``last`` are references of letters."""

    serial: str
    letters: int
    first: str
    last: str
    closed_at: datetime
    post_on: date

    def values(self) -> dict[str, str]:
        """Name of the slot → text."""
        return {
            "serial": self.serial, "letters": str(self.letters), "sheets": str(self.letters + SHEETS),
            "first": self.first, "last": self.last,
            "closed": datetime_fr(self.closed_at), "post": nbsp(date_fr(self.post_on)),
        }  # fmt: skip


def placeholder() -> dict[str, str]:
    """The context of the template in which each slot is full of a sign of its own."""
    return {name: _SIGNS[name] * width for name, width in _WIDTHS.items()}


def drawn(form: Form, separator: Separator, glyphs: Glyphs) -> bytes:
    """The operators that fill the form."""
    return form.filled({_SIGNS[name]: text for name, text in separator.values().items()}, glyphs)
