"""A CSV file read line by line. One line of text is one record: an unclosed quote spoils its own line and no other."""

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shared.imports.failures import RefusedValueError

LONGEST_LINE = 16 * 1024
"""Bytes. A longer line is skipped without being kept in memory, and refused."""


class RawLine(NamedTuple):
    """A line as read: ``text`` without its end, None when it is too long; ``position`` is the byte after it."""

    number: int
    text: str | None
    position: int


def read_lines(path: Path) -> Iterator[RawLine]:
    """The lines of a UTF-8 file, numbered from 1 as editors do; empty ones are left out."""
    with path.open("rb") as file:
        number = position = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            position += len(line)
            too_long = len(line) == LONGEST_LINE and not line.endswith(b"\n")
            while too_long and line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
                position += len(line)
            if too_long:
                yield RawLine(number, None, position)
                continue
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            if text and not text.isspace():
                yield RawLine(number, text, position)


def split_line(line: RawLine, delimiter: str) -> list[str]:
    """The cells of a line, in NFC.

    Raises:
        RefusedValueError: too long, a NUL byte, or quotes that don't pair.
    """
    if line.text is None:
        raise RefusedValueError(f"La ligne dépasse {LONGEST_LINE} octets")
    # only in these three does the csv module see more than the delimiter
    plain = not ('"' in line.text or "\r" in line.text or "\0" in line.text)
    cells = line.text.split(delimiter) if plain else _read_quotes(line.text, delimiter)
    # after the split: a sign whose NFC is the delimiter would make a cell more
    if not unicodedata.is_normalized("NFC", line.text):
        cells = [unicodedata.normalize("NFC", cell) for cell in cells]
    return cells


def _read_quotes(text: str, delimiter: str) -> list[str]:
    if "\0" in text:
        raise RefusedValueError("La ligne contient un octet nul")
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise RefusedValueError(
            "Les guillemets ne se referment pas correctement (une valeur ne peut pas contenir de retour à la ligne)"
        ) from None
