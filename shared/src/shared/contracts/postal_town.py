"""The last line of an address in France: postcode and town, overseas as elsewhere; a CEDEX, the armies, Monaco."""

import re

from shared.contracts.postal_abbreviation import town_abbreviated
from shared.contracts.postal_line import LONGEST_LINE, LONGEST_WRITTEN, in_capitals, prints_in_capitals
from shared.contracts.postal_refusal import AddressReason, AddressRefusedError

NEVER_A_POSTCODE = "00001"
"""For tests and rehearsals: no letter ever leaves for it, whatever the table of postcodes becomes."""

_TOWN_LINE = re.compile(r"(?P<postcode>[0-9]{5}) (?P<town>.*[A-Z].*)")
_CEDEX = re.compile(r"(?P<town>[A-Z][A-Z ]*) CEDEX ?(?P<office>[0-9]{1,2})?")
_ARMIES = re.compile(r"00[2-8][0-9]{2}")
_WITH_DISTRICTS = frozenset({"LYON", "MARSEILLE", "PARIS"})


def is_town_line(text: str) -> bool:
    """Five digits, a space, and something with letters."""
    return _TOWN_LINE.fullmatch(in_capitals(text)) is not None


def town_line(text: str, line: int) -> str:
    """Postcode and town as the last line of an address in France.

    ``line`` is its number in the window, for errors.

    Raises:
        AddressRefusedError: ``NOT_PRINTABLE``, ``NO_TOWN_LINE``, ``POSTCODE_UNKNOWN``, ``TOWN_TOO_LONG``.
    """
    if not prints_in_capitals(text):
        raise AddressRefusedError(AddressReason.NOT_PRINTABLE, line)
    found = _TOWN_LINE.fullmatch(in_capitals(text))
    if found is None:
        raise AddressRefusedError(AddressReason.NO_TOWN_LINE, line)
    postcode, town = found["postcode"], found["town"]
    if postcode == NEVER_A_POSTCODE or (postcode.startswith("00") and not is_army(postcode, town)):
        raise AddressRefusedError(AddressReason.POSTCODE_UNKNOWN, line)
    printed = town_abbreviated(f"{postcode} {cedex(town) or town}", LONGEST_LINE)
    if len(printed) > LONGEST_LINE or len(text) > LONGEST_WRITTEN:
        raise AddressRefusedError(AddressReason.TOWN_TOO_LONG, line)
    return printed


def cedex(town: str) -> str:
    """The town of an organisation's postcode as La Poste writes it; empty when it says no CEDEX.

    Its number is the *arrondissement* in two digits where a town has such, ``PARIS CEDEX 08``, and else one of an office,
    ``AVIGNON CEDEX 9``: so they stand in the list of CEDEX made from INSEE's Sirene.
    """
    found = _CEDEX.fullmatch(in_capitals(town))
    if found is None:
        return ""
    name, office = found["town"], found["office"]
    if not office:
        return f"{name} CEDEX"
    return f"{name} CEDEX {int(office):0{2 if name in _WITH_DISTRICTS else 1}}"


def is_army(postcode: str, town: str) -> bool:
    """``00200 HUB ARMEES``: the postcodes 00200 to 00899 are the armies' own, and lead to no town."""
    return _ARMIES.fullmatch(postcode) is not None and "ARMEES" in in_capitals(town).split()


def is_monaco(postcode: str, town: str) -> bool:
    """``98000 MONACO``, or its CEDEX: addressed like a French town, which it is not."""
    return postcode.startswith("980") and (cedex(town) or in_capitals(town)).split()[:1] == ["MONACO"]
