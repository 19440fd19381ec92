"""A CSV file read line by line. One line of text is one record: an unclosed quote spoils its own line and no other."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.imports.failures import RefusedValueError

LONGEST_LINE = 16 * 1024
"""Bytes. A longer line is skipped without being kept in memory, and refused."""


@dataclass(frozen=True)
class RawLine:
    """A line as read: ``text`` without its end, None when it is too long; ``position`` is the byte after it."""

    number: int
    text: str | None
    position: int


def read_lines(path: Path) -> Iterator[RawLine]:
    """The lines of a UTF-8 file, numbered from 1 as editors do; empty ones are left out."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            too_long = len(line) == LONGEST_LINE and not line.endswith(b"\n")
            while too_long and line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            if too_long:
                yield RawLine(number, None, file.tell())
                continue
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            if text.strip():
                yield RawLine(number, text, file.tell())


def split_line(line: RawLine, delimiter: str) -> list[str]:
    """The cells of a line.

    Raises:
        RefusedValueError: too long, a NUL byte, or quotes that don't pair.
    """
    if line.text is None:
        raise RefusedValueError(f"La ligne dépasse {LONGEST_LINE} octets")
    if "\0" in line.text:
        raise RefusedValueError("La ligne contient un octet nul")
    try:
        return next(csv.reader([line.text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise RefusedValueError(
            "Les guillemets ne se referment pas correctement (une valeur ne peut pas contenir de retour à la ligne)"
        ) from None
