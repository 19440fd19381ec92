"""Where a letter goes, told to who may be somebody else that has opened the mailbox: never a street, a name or a town."""

import re
from collections.abc import Sequence

from shared.contracts.postal_zone import PostalZone

HIDDEN = "•" * 6
"""In the place of whatever follows a letter, however much it is."""
ABROAD = "à l’étranger"

_TOWN_LINE = re.compile(r"(?P<postcode>[0-9]{5}) +(?P<town>.+)")
_CEDEX = re.compile(r"\bCEDEX\b.*", re.IGNORECASE)
_SOUTH_OF_CORSICA = ("200", "201")


def masked_place(lines: Sequence[str], zone: PostalZone) -> str:
    """``63000 CLERMONT-FERRAND`` → ``C••••••-F•••••• (63)``: the letters that its first and its last word begin with, and the
    department. Abroad the country alone. Empty when the last of the lines tells neither.
    """
    last = lines[-1] if lines else ""
    if zone is PostalZone.ABROAD:
        # as the register has them, the last line is the country; one with a digit is something else (decision 0049)
        return ABROAD if not last or re.search(r"\d", last) else last
    found = _TOWN_LINE.fullmatch(last)
    words = [] if found is None else _words(found["town"])
    if found is None or not words:
        return ""
    initials = [word[0].upper() for word in (words[0], words[-1])[: len(words)]]
    return f"{'-'.join(initial + HIDDEN for initial in initials)} ({department(found['postcode'])})"


def department(postcode: str) -> str:
    """The department of a French postcode of 5 digits: ``63``, ``974``; in Corsica, 200 and 201 are 2A, all others 2B."""
    if postcode.startswith("20"):
        return "2A" if postcode.startswith(_SOUTH_OF_CORSICA) else "2B"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def _words(town: str) -> list[str]:
    """Those of its name: no CEDEX, no number of an *arrondissement*."""
    return [word for word in re.findall(r"\w+", _CEDEX.sub("", town)) if not word[0].isdigit()]
