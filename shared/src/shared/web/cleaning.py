"""Texts as they arrive from a browser, made regular before any rule sees them."""

import re
import unicodedata

from shared.web.rules import FieldError

UNSEEN = "Ce champ contient un caractère qui ne s’affiche pas. Effacez votre réponse et saisissez-la à nouveau"

_ZERO_WIDTH_AND_SPACES = "\u200b\u200c\u200d\u2060\ufeff \t\r\n\u00a0\u202f"
_BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Overrides that make a text read otherwise than it is stored (Unicode TR 36 §2.6)."""


def clean_line(text: str) -> str:
    """Trimmed and NFC.

    Raises:
        FieldError: a control or direction-changing character is left inside.
    """
    return _printable(unicodedata.normalize("NFC", text).strip(_ZERO_WIDTH_AND_SPACES))


def clean_lines(text: str) -> str:
    """Like ``clean_line`` for a text area: line feeds (never carriage returns) and tabs may stay."""
    lines = re.split(r"\r\n|\r|\n", unicodedata.normalize("NFC", text).strip(_ZERO_WIDTH_AND_SPACES))
    for line in lines:
        _printable(line.replace("\t", " "))
    return "\n".join(lines)


def untouched(text: str) -> str:
    """A password: kept as typed, spaces included, but still without control characters."""
    return _printable(text)


def showable(text: str) -> str:
    """What can be put back into a page: no control character but tab and line feed, no lone surrogate."""
    kept = "".join(sign for sign in text if sign in "\t\n" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return _BIDIRECTIONAL.sub("", kept)


def _printable(text: str) -> str:
    if _BIDIRECTIONAL.search(text) or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise FieldError(UNSEEN)
    return text
