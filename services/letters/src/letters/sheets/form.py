"""A page that is laid out once and printed often: what is fixed on it, and slots for what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

from letters.sheets.drawing import Piece, pieces
from letters.sheets.letter_page import ResourceError
from letters.sheets.slots import Glyphs, PathSlot, TextSlot, path_slot, text_codes, text_slot

INK = "#010203"
"""Of a placeholder's DataMatrix, by which it is found; nothing is printed in it."""
_INK = [round(part / 255, 6) for part in (1, 2, 3)]
_BLACK = (pikepdf.ContentStreamInstruction([0, 0, 0], pikepdf.Operator("rg")),)


@dataclass(frozen=True)
class Form:
    """``fixed``: drawing instructions. ``texts``: sign of the placeholder → its slot."""

    fixed: bytes
    texts: Mapping[str, TextSlot]
    matrix: PathSlot | None

    @classmethod
    def of(cls, page: pikepdf.Page, glyphs: Glyphs, slots: str, *, with_matrix: bool) -> "Form":
        """Take a laid-out placeholder apart: every line in the monospaced fonts that is full of one sign is a slot.

        Raises:
            ResourceError: the slots are not those of ``slots``, one each: the template was changed in a way that this does
                not know.
        """
        signs = {font: {code: sign for sign, code in codes.items()} for font, codes in glyphs.items()}
        fixed: list[Any] = []
        texts: list[tuple[str, TextSlot]] = []
        matrices: list[PathSlot] = []
        for piece in pieces(page):
            if piece.operator == "ET" and (font := str(piece.operands("Tf")[0])) in glyphs:
                texts.append((_sign(text_codes(piece), signs[font]), text_slot(piece)))
            elif _is_matrix(piece):
                matrices.append(path_slot(piece, _BLACK))
            else:
                fixed += piece.instructions
        if sorted(sign for sign, _ in texts) != sorted(slots) or len(matrices) != with_matrix:
            raise ResourceError(f"the page has the slots {sorted(sign for sign, _ in texts)}, {len(matrices)} codes")
        return cls(pikepdf.unparse_content_stream(fixed), dict(texts), matrices[0] if matrices else None)

    def filled(self, values: Mapping[str, str], glyphs: Glyphs, path: bytes = b"") -> bytes:
        """The operators that fill slots: sign of the placeholder → text; ``path`` for the DataMatrix.

        Raises:
            KeyError, ValueError: see ``TextSlot.filled``.
        """
        drawn = [self.texts[sign].filled(text, glyphs) for sign, text in values.items()]
        if self.matrix is not None:
            drawn.append(self.matrix.filled(path))
        return b"".join(drawn)


def _sign(codes: bytes, signs: Mapping[bytes, str]) -> str:
    """The sign that fills the slot; of a password, between its hyphens."""
    return "".join(sorted({signs.get(codes[at : at + 2], "?") for at in range(0, len(codes), 2)} - {"-"}))


def _is_matrix(piece: Piece) -> bool:
    if piece.operator != "f":
        return False
    try:
        return [round(float(part), 6) for part in piece.operands("rg")] == _INK
    except ValueError:
        return False
