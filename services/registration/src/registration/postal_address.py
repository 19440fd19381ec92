"""The postal address of a person of the register, refused when the letter could not be printed.

The rules are ``shared.contracts.postal_window``'s: NF Z10-011, never cut short.
"""

from collections.abc import Sequence

from shared.contracts import postal_refusal
from shared.contracts.postal_line import tidied
from shared.contracts.postal_window import MOST_LINES, name_lines, printed_lines, says_something, written_lines


class AddressRefusedError(ValueError):
    """The address can't be printed; the text says why in French, without quoting it. ``column`` names the one to mend."""

    def __init__(self, text: str, column: str) -> None:
        super().__init__(text)
        self.column = column


def address_lines(free_lines: Sequence[str], postcode: str, town: str, country_name: str = "") -> tuple[str, ...]:
    """The 1 to 5 lines below the name: the free ones, then postcode and town, then the country when abroad. Written as the
    back office has them; the letter puts them in capitals and abbreviates them.

    Raises:
        AddressRefusedError: the letter has no room for them, or can't print one.
    """
    columns = {f"address_line_{number}": line for number, line in enumerate(free_lines, start=1)}
    columns |= {"postcode": f"{postcode} {town.upper()}", "country_name": country_name.upper()}
    columns = {name: tidied(line) for name, line in columns.items() if says_something(tidied(line))}
    abroad = bool(country_name)
    try:
        written = written_lines(list(columns.values()), abroad=abroad)
        printed_lines(written, abroad=abroad, first=1)
    except postal_refusal.AddressRefusedError as error:
        column = list(columns)[error.line - 1] if error.line else "address_line_1"
        words = postal_refusal.in_words(error.reason, f"la ligne {error.line} sous le nom")
        raise AddressRefusedError(words, column) from None
    return written


def check_name_fits(civility: str, given_name: str, family_name: str, lines_below: int) -> None:
    """The name on one line, or on two when there is room.

    Raises:
        AddressRefusedError: it fits on neither.
    """
    try:
        name_lines(civility, given_name, family_name, MOST_LINES - lines_below)
    except postal_refusal.AddressRefusedError as error:
        raise AddressRefusedError(postal_refusal.in_words(error.reason, "la ligne du nom"), "family_name") from None
