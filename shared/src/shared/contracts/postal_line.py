"""One line of a postal address as a letter carries it (NF Z10-011): who takes an address down asks what will be printed."""

import re
import unicodedata

LONGEST_LINE = 38
"""Characters, spaces included."""

_UNPRINTABLE = re.compile(r"[^\u0020-\u007e\u00a0-\u024f\u1e00-\u1eff\u2010-\u2015\u2018-\u201f\u2026\u20ac\u202f]")
_UNMARKED = str.maketrans(
    {"Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "ẞ": "SS", "Þ": "TH", "Ð": "D", "Ħ": "H"}
)
_PUNCTUATION = re.compile(r"[^\w ]|_")


def is_printable(text: str) -> bool:
    """Whether the letters' font has every sign of it, accents composed."""
    return _UNPRINTABLE.search(unicodedata.normalize("NFC", text)) is None


def tidied(text: str) -> str:
    """One form for accents, single spaces: as the upper lines are printed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def in_capitals(text: str) -> str:
    """Without accents and punctuation, letters like Œ spelt out: as the last three lines are printed. May be empty."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    # in this order, since taking a sign apart may leave a small letter: ª
    return " ".join(_PUNCTUATION.sub(" ", bare.upper().translate(_UNMARKED)).split())


def fits(text: str) -> bool:
    """Whether it has room on one line in either form."""
    return max(len(tidied(text)), len(in_capitals(text))) <= LONGEST_LINE
