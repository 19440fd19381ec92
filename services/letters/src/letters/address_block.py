"""The address block in the window of the envelope: what is printed there, or why nothing can be.

Rules: design §5 and NF Z10-011: at most 6 lines of at most 38 characters, no blank line, no punctuation in the last
three lines, which are in capitals without accents; the last line of a French address is postcode and town. Nothing is
ever cut short: what does not fit is refused with a reason.
"""

import re
from collections.abc import Sequence

from shared.contracts.events import ParkReason
from shared.contracts.postal_line import LONGEST_LINE, in_capitals, is_printable, tidied
from shared.contracts.postal_zone import PostalZone

MOST_LINES = 6
_TOWN_LINE = re.compile(r"\d{5} \S.*")


class AddressRefusedError(ValueError):
    """The address can't be printed as the post wants it. ``code`` says why, without quoting it."""

    def __init__(self, code: ParkReason) -> None:
        self.code = code
        super().__init__(code)


def address_block(
    civility: str, given_name: str, family_name: str, lines: Sequence[str], zone: PostalZone
) -> tuple[str, ...]:
    """The 2 to 6 lines to print, name first. A name too long for one line takes two when there is room.

    Raises:
        AddressRefusedError: ``no-name``, ``no-address``, ``character-not-printable``, ``too-many-lines``, ``name-too-long``,
            ``line-too-long``, ``postcode-line-wrong``.
    """
    below = [line for line in map(_clean, lines) if in_capitals(line)]
    below = [*below[:-3], *map(in_capitals, below[-3:])]
    if not below:
        raise AddressRefusedError("no-address")
    block = (*_name_lines(civility, given_name, family_name, MOST_LINES - len(below)), *below)
    if len(block) > MOST_LINES:
        raise AddressRefusedError("too-many-lines")
    if any(len(line) > LONGEST_LINE for line in block):
        raise AddressRefusedError("line-too-long")
    if zone is not PostalZone.ABROAD and not _TOWN_LINE.fullmatch(block[-1]):
        raise AddressRefusedError("postcode-line-wrong")
    return block


def _name_lines(civility: str, given_name: str, family_name: str, room: int) -> tuple[str, ...]:
    first, last = _clean(f"{civility} {given_name}"), _clean(family_name)
    if not last:
        raise AddressRefusedError("no-name")
    if len(f"{first} {last}") <= LONGEST_LINE:
        return (f"{first} {last}".strip(),)
    if room < 2 or max(len(first), len(last)) > LONGEST_LINE:
        raise AddressRefusedError("name-too-long")
    return (first, last)


def _clean(text: str) -> str:
    """The line as the font has it.

    Raises:
        AddressRefusedError: ``character-not-printable``: a control character, or a letter that the font may lack.
    """
    if not is_printable(text):
        raise AddressRefusedError("character-not-printable")
    return tidied(text)
