"""The header: which column is where, and by which delimiter. Checked before anything is loaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.imports.failures import FileRefusedError, RefusedValueError
from shared.imports.lines import RawLine, split_line
from shared.imports.row import ImportRow

DELIMITERS = (";", ",")


@dataclass(frozen=True)
class Header:
    """Delimiter and column names in the order of the file."""

    delimiter: str
    columns: tuple[str, ...]

    def cells(self, line: RawLine) -> dict[str, str]:
        """The cells of a line by column, in NFC and trimmed.

        Raises:
            RefusedValueError: the line can't be split, or has too many or too few cells.
        """
        values = split_line(line, self.delimiter)
        if len(values) != len(self.columns):
            raise RefusedValueError(f"La ligne a {len(values)} colonnes au lieu de {len(self.columns)}")
        return {name: value.strip() for name, value in zip(self.columns, values, strict=True)}


def read_header(lines: Iterator[RawLine], model: type[ImportRow]) -> Header:
    """Take the first line. Columns come in any order; those of fields with a default may be left out.

    Raises:
        FileRefusedError: empty file, missing, unknown or repeated columns. Unknown ones are told by their place, not by
            their text: a file without header would show a person's data.
    """
    first = next(lines, None)
    if first is None:
        raise FileRefusedError("Ce fichier est vide.")
    header = _best_split(first)
    columns = header.columns
    fields = model.model_fields
    missing = [name for name, field in fields.items() if field.is_required() and name not in columns]
    unknown = [place for place, name in enumerate(columns, 1) if name not in fields]
    if len(unknown) == len(columns):
        raise FileRefusedError(f"La première ligne doit nommer les colonnes : {', '.join(fields)}.")
    _refuse_if(missing, "Il manque ces colonnes")
    _refuse_if(unknown, "Ces colonnes sont inconnues, comptées depuis la gauche")
    _refuse_if([name for name in fields if columns.count(name) > 1], "Ces colonnes sont répétées")
    return header


def _best_split(line: RawLine) -> Header:
    """By the delimiter that makes more columns; quoted cells can be read by their own delimiter alone."""
    found, unreadable = [], ""
    for delimiter in DELIMITERS:
        try:
            cells = split_line(line, delimiter)
        except RefusedValueError as error:
            unreadable = str(error)
        else:
            found.append(Header(delimiter, tuple(cell.strip().lower() for cell in cells)))
    if not found:
        raise FileRefusedError(f"La première ligne, qui nomme les colonnes, est illisible. {unreadable}.")
    return max(found, key=lambda header: len(header.columns))


def _refuse_if(found: Sequence[object], sentence: str) -> None:
    if found:
        raise FileRefusedError(f"{sentence} : {', '.join(map(str, found))}.")
