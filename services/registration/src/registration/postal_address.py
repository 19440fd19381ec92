"""The postal address of a person of the register, checked so that the letter can be printed as it is.

Rules: design §5 and NF Z10-011: 6 lines of 38 characters with the name, never cut short.
"""

from collections.abc import Sequence

from shared.contracts.postal_line import LONGEST_LINE, fits, is_printable

MOST_LINES = 6
"""With the name."""


class AddressRefusedError(ValueError):
    """The address can't be printed; the text says why in French, without quoting it."""


def address_lines(free_lines: Sequence[str], postcode: str, town: str, country_name: str = "") -> tuple[str, ...]:
    """The 1 to 5 lines below the name: the free ones, then postcode and town, then the country when abroad.

    Raises:
        AddressRefusedError: too many lines, one too long, or a sign that can't be printed.
    """
    last = [f"{postcode} {town.upper()}", *([country_name.upper()] if country_name else [])]
    lines = tuple(" ".join(line.split()) for line in (*free_lines, *last) if line.strip())
    if len(lines) > MOST_LINES - 1:
        raise AddressRefusedError(f"l’adresse dépasse {MOST_LINES} lignes avec le nom (NF Z10-011)")
    for line in lines:
        _check(line, "une ligne d’adresse")
    return lines


def check_name_fits(civility: str, given_name: str, family_name: str, lines_below: int) -> None:
    """The name on one line, or on two when there is room.

    Raises:
        AddressRefusedError: it fits on neither.
    """
    first = f"{civility} {given_name}".strip()
    if not fits(f"{first} {family_name}"):
        if lines_below > MOST_LINES - 2:
            raise AddressRefusedError(f"le nom dépasse {LONGEST_LINE} caractères sur sa ligne (NF Z10-011)")
        _check(first, "la ligne du prénom")
    _check(family_name, "la ligne du nom")


def _check(line: str, what: str) -> None:
    if not fits(line):
        raise AddressRefusedError(f"{what} dépasse {LONGEST_LINE} caractères (NF Z10-011)")
    if not is_printable(line):
        raise AddressRefusedError(f"{what} contient un signe qui ne s’imprime pas")
