"""What addresses may hold is what the font of the window has: asked of the font itself."""

import io
import unicodedata

import pikepdf
import pytest

from letters.sheets.letter_page import LetterPage
from letters.sheets.slots import glyphs_of
from shared.contracts.postal_line import is_printable, tidied

from .letters_to_print import SENDER


@pytest.fixture(scope="module")
def glyphs():
    """The signs of Latin writing that the regular font has."""
    signs = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x20AD))))
    signs = "".join(sign for sign in signs if sign.isprintable() or sign in "\u00a0\u00ad\u202f")
    sheet = LetterPage(SENDER, "https://espace.exemple.fr").lay_out_sheet("glyphs", regular=signs, bold="")
    with pikepdf.open(io.BytesIO(sheet.write_pdf())) as pdf:
        (regular,) = glyphs_of(pdf.pages[0], signs).values()
    return frozenset(regular)


def test_every_sign_that_may_be_printed_is_in_the_font(glyphs):
    allowed = [chr(code) for code in range(0x20, 0x3000) if is_printable(chr(code))]
    assert len(allowed) > 700
    lacked = {sign: tidied(sign) for sign in allowed if not set(tidied(sign)) <= glyphs}
    assert {sign for sign in lacked if not unicodedata.combining(sign)} == set()


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Mme Nguyễn Thị Hồng", "Mme Nguyen Thị Hong"),
        ("M. Đặng Văn Tốt", "M. Đặng Văn Tot"),
        ("M. GROẞ", "M. GROSS"),
        ("Mme Élodie Ňemcová", "Mme Élodie Ňemcová"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_what_the_font_lacks_is_spelt_without_its_accents(written, printed):
    assert tidied(written) == printed
    assert is_printable(written)
    assert tidied(printed) == printed


@pytest.mark.parametrize("sign", ["漢", "Ɇ", "ȣ", "ẝ", "\u200b", "🙂"])
def test_what_nothing_can_spell_is_not_printable(sign):
    assert not is_printable(f"Mme {sign}")
