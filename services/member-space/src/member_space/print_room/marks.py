"""Reading the marks of returned envelopes, as a hand scanner types them or a file lists them: one a line.

What a mark is, ``letters`` decides: here lines are told apart, and a file is text or refused.
"""

import re
import unicodedata

LARGEST_FILE = 64 * 1024
"""Bytes."""
_COLUMNS = re.compile(r"[;,\t]")
_AROUND = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff\"'"


class UnreadableFileError(ValueError):
    """The file can't be read as a list of marks; the text is French and says what to do."""


def marks_in(text: str) -> list[str]:
    """The marks of a text: of each line what stands in its first column; empty lines say nothing."""
    first = (_COLUMNS.split(line, maxsplit=1)[0].strip(_AROUND) for line in re.split(r"\r\n|\r|\n", text))
    return [mark for mark in first if mark]


def text_of(content: bytes) -> str:
    """A text file: UTF-8, or what Windows writes for Western Europe.

    Raises:
        UnreadableFileError: too large, or no text.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableFileError("Ce fichier dépasse 64\u00a0Ko\u00a0: répartissez ses repères en plusieurs fichiers")
    try:
        text = _decoded(content)
    except UnicodeDecodeError:
        text = "\x00"
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\r\n" for sign in text):
        raise UnreadableFileError(
            "Ce fichier n’est pas un texte\u00a0: enregistrez la liste au format texte (.txt) ou CSV (.csv), puis recommencez"
        )
    return text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")
