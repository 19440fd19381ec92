"""The places of a page where each letter has words of its own, filled by the operators that WeasyPrint used itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf

from letters.sheets.drawing import Piece, pieces

Glyphs = Mapping[str, Mapping[str, bytes]]
"""Name of a font resource → character → its two-byte code in the page's text."""

_FRAMED = len("0?0")
_NO_GLYPH = b"\0\0"


@dataclass(frozen=True)
class TextSlot:
    """A line of monospaced text: where it begins, and what is added to the advance after each character."""

    before: bytes
    font: str
    spacing: tuple[float, ...]
    after: bytes = b" ET Q\n"

    def filled(self, text: str, glyphs: Glyphs) -> bytes:
        """The operators that draw ``text``.

        Raises:
            KeyError: the font has no such character.
            ValueError: it is longer than the slot.
        """
        if len(text) > len(self.spacing):
            raise ValueError("the text is longer than its slot")
        codes = glyphs[self.font]
        parts, run = [], bytearray()
        for sign, space in zip(text, self.spacing, strict=False):
            run += codes[sign]
            if space:
                parts.append(b"<%s>%s" % (run.hex().encode(), _number(space)))
                run.clear()
        if run:
            parts.append(b"<%s>" % run.hex().encode())
        return self.before + b"[" + b"".join(parts) + b"]TJ" + self.after


@dataclass(frozen=True)
class PathSlot:
    """A filled path."""

    before: bytes

    def filled(self, path: bytes) -> bytes:
        """The operators that draw ``path``, its painting operator included."""
        return self.before + path + b"Q\n"


def text_slot(piece: Piece) -> TextSlot:
    """The slot of a text object that WeasyPrint wrote."""
    spacing: list[float] = []
    for item in piece.operands("TJ")[0]:
        if isinstance(item, pikepdf.String):
            spacing += [0.0] * (len(bytes(item)) // 2)
        else:
            spacing[-1] += float(item)
    return TextSlot(_before(piece, piece.instructions[:-2]), _font(piece), tuple(spacing))


def path_slot(piece: Piece, ink: Sequence[Any]) -> PathSlot:
    """The slot of a painted path, to be drawn in ``ink`` (operators)."""
    return PathSlot(_before(piece, ink))


def text_codes(piece: Piece) -> bytes:
    """The codes of a text object, two bytes a character."""
    return b"".join(bytes(item) for item in piece.operands("TJ")[0] if isinstance(item, pikepdf.String))


def glyphs_of(page: pikepdf.Page, signs: str) -> Glyphs:
    """How each sign is drawn, read from the sheet of glyphs: the signs of its lines, whatever their fonts.

    A sign that the fonts lack (another one took its place, or it melted into its neighbours) is not there.
    """
    lines: dict[str, list[Piece]] = {}
    for piece in pieces(page):
        if piece.operator == "ET":
            lines.setdefault(str(piece.operands("Tm")[5]), []).append(piece)
    found: dict[str, dict[str, bytes]] = {}
    for sign, row in zip(signs, lines.values(), strict=True):
        codes = text_codes(row[0])
        if len(row) == 1 and len(codes) == 2 * _FRAMED and codes[2:4] != _NO_GLYPH:
            found.setdefault(_font(row[0]), {})[sign] = codes[2:4]
    return found


def _font(piece: Piece) -> str:
    return str(piece.operands("Tf")[0])


def _before(piece: Piece, head: Iterable[Any]) -> bytes:
    return b"q " + pikepdf.unparse_content_stream([*piece.state, *head]).replace(b"\n", b" ") + b" "


def _number(value: float) -> bytes:
    return f"{value:.6f}".rstrip("0").rstrip(".").encode()
