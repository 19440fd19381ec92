"""One line of a postal address as a letter carries it (NF Z10-011): who takes an address down asks what will be printed."""

import re
import unicodedata

from shared.contracts.postal_abbreviation import abbreviated

LONGEST_LINE = 38
"""Characters, spaces included."""
LONGEST_WRITTEN = 100
"""Characters as somebody writes a line: of a longer one no abbreviation makes a line of an address."""

_UNPRINTABLE = re.compile(r"[^\u0020-\u007e\u00a0-\u024f\u1e00-\u1eff\u2010-\u2015\u2018-\u201f\u2026\u20ac\u202f]")
_UNMARKED = str.maketrans(
    {"Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "ẞ": "SS", "Þ": "TH", "Ð": "D", "Ħ": "H"}
)
_LACKED = "\u00adǄǅǆǇǈǉǊǋǌǤǥǱǲǳǷǺǻȢȣɂɆɇɈɉɊɋɎɏḔḕḖḗḮḯṎṏṐṑṒṓṤṥṦṧṺṻẚẜẝẞẢảẤấẦầẨẩẪẫẮắẲẳẴẵẺẻẾếỀềỂểỄễỈỉỎỏỐốỒồỔổỖỗỞởỦủỬửỶỷỺỻ"
"""Of those, what DejaVu Sans Mono has no glyph for: the font of the window."""
_PUNCTUATION = re.compile(r"[^\w ]|_")
_CAPITALS = re.compile(r"[A-Z0-9 ]*")


def _spelt(sign: str) -> str:
    """Without its accents; a sign that nothing can print where that is no help."""
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return "\ufffd" if any(part in _LACKED for part in bare) else bare


_SPELT = str.maketrans({**{sign: _spelt(sign) for sign in _LACKED}, "ẞ": "SS", "\u00ad": ""})


def is_printable(text: str) -> bool:
    """Whether the letters' font has every sign of its tidied form."""
    return _UNPRINTABLE.search(tidied(text)) is None


def tidied(text: str) -> str:
    """One form for accents, single spaces: as the upper lines are printed. What the font has only without its accents (those
    of Vietnamese, above all) is spelt so, as the post reads it anyway."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_SPELT).split())


def in_capitals(text: str) -> str:
    """Without accents and punctuation, letters like Œ spelt out: as the last three lines are printed. May be empty."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    # in this order, since taking a sign apart may leave a small letter: ª
    return " ".join(_PUNCTUATION.sub(" ", bare.upper().translate(_UNMARKED)).split())


def prints_in_capitals(text: str) -> bool:
    """Whether it can be one of the last three lines: letters, digits and spaces are all they may hold (NF Z10-011), and
    some letters of other languages, Ə or Ŋ, have no form among A to Z."""
    return is_printable(text) and _CAPITALS.fullmatch(in_capitals(text)) is not None


def shortened(text: str) -> str:
    """In capitals, and abbreviated as far as its length asks for; may still be too long."""
    return abbreviated(in_capitals(text), LONGEST_LINE)


def fits(text: str) -> bool:
    """Whether it has room on one line of an address in France, wherever it stands in it."""
    return len(text) <= LONGEST_WRITTEN and len(shortened(text)) <= LONGEST_LINE
