"""The address in the window of the envelope: what is printed there, or why nothing can be.

Rules: design §5 and NF Z10-011: at most 6 lines of at most 38 characters with the name, no blank line, no punctuation in the
last three lines, which are in capitals without accents; the last line of a French address is postcode and town. Lines above
them stay as they are written (decision 0049). Nothing is ever cut short: what does not fit is refused with a reason.

Mail for abroad follows the country that it goes to, but for the name of the country, which follows ours (La Poste, *Sending
mail to another country*): it stands alone on the last line in capitals, below the town, in capitals too.
"""

from collections.abc import Sequence

from shared.contracts.postal_line import (
    LONGEST_LINE,
    LONGEST_WRITTEN,
    in_capitals,
    is_printable,
    prints_in_capitals,
    shortened,
    tidied,
)
from shared.contracts.postal_refusal import AddressReason, AddressRefusedError
from shared.contracts.postal_town import is_town_line, town_line

MOST_LINES = 6
"""With the name."""


def window(civility: str, given_name: str, family_name: str, lines: Sequence[str], *, abroad: bool) -> tuple[str, ...]:
    """The 2 to 6 lines to print, name first. The lines that it gives below the name are given again for themselves.

    Raises:
        AddressRefusedError: for the reasons of the three functions below.
    """
    written = written_lines(lines, abroad=abroad)
    names = name_lines(civility, given_name, family_name, MOST_LINES - len(written))
    return (*names, *printed_lines(written, abroad=abroad, first=len(names) + 1))


def says_something(line: str) -> bool:
    """Whether there is more than signs in a tidied line; one that can't be printed says something, and is refused for it."""
    return bool(in_capitals(line)) or not is_printable(line)


def written_lines(lines: Sequence[str], *, abroad: bool) -> tuple[str, ...]:
    """The lines below the name that are to be printed, as they are written: blank ones and signs alone left out, and
    « France » below the town.

    Raises:
        AddressRefusedError: ``NO_ADDRESS``, ``TOO_MANY_LINES``.
    """
    written = [tidied(line) for line in lines if says_something(tidied(line))]
    if not abroad and len(written) > 1 and in_capitals(written[-1]) == "FRANCE" and is_town_line(written[-2]):
        written.pop()  # mail posted in France names no country
    if not written:
        raise AddressRefusedError(AddressReason.NO_ADDRESS)
    if len(written) >= MOST_LINES:
        raise AddressRefusedError(AddressReason.TOO_MANY_LINES)
    return tuple(written)


def name_lines(civility: str, given_name: str, family_name: str, room: int) -> tuple[str, ...]:
    """The name as the person writes it, on one line, or on two when it has to and there is ``room`` for as many.

    Raises:
        AddressRefusedError: ``NOT_PRINTABLE``, ``NO_NAME``, ``NAME_TOO_LONG``, ``NAME_NEEDS_TWO_LINES``.
    """
    if not is_printable(f"{civility}{given_name}{family_name}"):
        raise AddressRefusedError(AddressReason.NOT_PRINTABLE, 1)
    first, last = tidied(f"{civility} {given_name}"), tidied(family_name)
    if not last:
        raise AddressRefusedError(AddressReason.NO_NAME, 1)
    if len(f"{first} {last}".strip()) <= LONGEST_LINE:
        return (f"{first} {last}".strip(),)
    if max(len(first), len(last)) > LONGEST_LINE:
        raise AddressRefusedError(AddressReason.NAME_TOO_LONG, 1)
    if room < 2:
        raise AddressRefusedError(AddressReason.NAME_NEEDS_TWO_LINES, 1)
    return (first, last)


def printed_lines(written: Sequence[str], *, abroad: bool, first: int = 2) -> tuple[str, ...]:
    """Lines of ``written_lines`` as they are printed. ``first`` is the number of the first of them in the window.

    Raises:
        AddressRefusedError: ``NOT_PRINTABLE``, ``LINE_TOO_LONG``; in France ``NO_TOWN_LINE``, ``LINE_BELOW_TOWN``,
            ``POSTCODE_UNKNOWN``, ``TOWN_TOO_LONG``; abroad ``NO_COUNTRY``.
    """
    numbered = list(enumerate(written, start=first))
    return _abroad(numbered) if abroad else _in_france(numbered)


def _in_france(numbered: list[tuple[int, str]]) -> tuple[str, ...]:
    last, town = numbered[-1]
    if len(numbered) > 1 and is_town_line(numbered[-2][1]) and not is_town_line(town):
        raise AddressRefusedError(AddressReason.LINE_BELOW_TOWN, last)
    above = [_as_written(line, number) if len(line) <= LONGEST_LINE else _capitals(line, number)
             for number, line in numbered[:-3]]  # fmt: skip
    return (*above, *(_capitals(line, number) for number, line in numbered[-3:-1]), town_line(town, last))


def _abroad(numbered: list[tuple[int, str]]) -> tuple[str, ...]:
    last, written = numbered[-1]
    country = in_capitals(written)
    if not prints_in_capitals(written):
        raise AddressRefusedError(AddressReason.NOT_PRINTABLE, last)
    # with a digit it is a postcode, and the country was forgotten
    if len(numbered) == 1 or any(sign.isdigit() for sign in country):
        raise AddressRefusedError(AddressReason.NO_COUNTRY, last)
    if len(country) > LONGEST_LINE:
        raise AddressRefusedError(AddressReason.LINE_TOO_LONG, last)
    above = [_as_written(line, number) for number, line in numbered[:-2]]
    return (*above, _as_written(numbered[-2][1].upper(), last - 1), country)


def _as_written(text: str, line: int) -> str:
    if not is_printable(text):
        raise AddressRefusedError(AddressReason.NOT_PRINTABLE, line)
    if len(tidied(text)) > LONGEST_LINE:
        raise AddressRefusedError(AddressReason.LINE_TOO_LONG, line)
    return tidied(text)


def _capitals(text: str, line: int) -> str:
    if not prints_in_capitals(text):
        raise AddressRefusedError(AddressReason.NOT_PRINTABLE, line)
    if len(text) > LONGEST_WRITTEN or len(shortened(text)) > LONGEST_LINE:
        raise AddressRefusedError(AddressReason.LINE_TOO_LONG, line)
    return shortened(text)
