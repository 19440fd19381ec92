"""The slots of a letter: everything that is one person's."""

from letters.sheets.data_matrix import as_pdf_path
from letters.sheets.form import Form
from letters.sheets.letter_content import LetterContent, Wording
from letters.sheets.slots import Glyphs
from shared.contracts import letter_mark, provisional_password
from shared.contracts.postal_line import LONGEST_LINE

_LINES = "abcdef"
_REFERENCE, _MARK, _PASSWORD = "rmp"
_LONGEST_REFERENCE = 24
SLOTS = f"{_LINES}{_REFERENCE}{_MARK}{_PASSWORD}"


def placeholder(wording: Wording) -> LetterContent:
    """A letter of that wording in which each slot is full of a sign of its own."""
    return LetterContent(
        wording=wording,
        address=tuple(sign * LONGEST_LINE for sign in _LINES),
        symbols=_PASSWORD * provisional_password.LENGTH,
        reference=_REFERENCE * _LONGEST_REFERENCE,
        mark=_MARK * letter_mark.LENGTH,
    )


def drawn(form: Form, letter: LetterContent, glyphs: Glyphs) -> bytes:
    """The operators of what is the person's.

    Raises:
        KeyError: a font lacks a sign.
        ValueError: something is longer than its slot.
    """
    values = dict(zip(_LINES, letter.address, strict=False))
    values |= {_REFERENCE: letter.reference, _MARK: letter.mark, _PASSWORD: letter.password}
    return form.filled(values, glyphs, as_pdf_path(letter.mark))


def signs_of(letter: LetterContent) -> str:
    """Every sign that its slots hold."""
    return "".join((letter.reference, letter.mark, letter.password, *letter.address))
