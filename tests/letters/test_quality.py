"""No letter leaves that could not be read: each fault is found on the sheet, by another program than the one that drew it."""

import dataclasses
import io

import pikepdf
import pytest

from letters.sheets import quality
from letters.sheets.letter_page import LetterPage, ResourceError
from letters.sheets.press import Press
from letters.sheets.quality import Fault, read_back

from .letters_to_print import LONGEST, SENDER, SHORT, content, separator

PAGE = LetterPage(SENDER, "https://espace.exemple.fr")
PRESS = Press(PAGE)


STRAY = '<p style="position: absolute; top: -20mm; left: 110mm">x</p>'


def printed(*letters):
    numbered = list(enumerate(letters))
    return PRESS.print_file(numbered, separator(letters)), numbered


def with_sheet(pdf, number, change):
    """The file with other drawing instructions on one sheet."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        sheet = file.pages[number].obj
        sheet.Contents = file.make_stream(change(sheet.Contents.read_bytes()))
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


def test_good_letters_pass():
    purposes = [
        content(civility=who, purpose=purpose) for who in ("Mme", "M.", "") for purpose in ("activation", "recovery")
    ]
    pdf, letters = printed(content(LONGEST), content(SHORT), content(("Mme L’Été", "1  RUE  X", "63000 X")), *purposes)
    assert read_back(pdf, letters) == {}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"address": ("Mme Éléonore Garnier", "12 RUE DE L EGLISE")}, Fault.IN_THE_WINDOW),
        ({"address": ("Mme Eléonore Garnier", "12 RUE DE L EGLISE", "63000 CLERMONT FERRAND")}, Fault.ADDRESS),
        ({"symbols": "0" * 12}, Fault.PASSWORD),
        ({"mark": "0" * 10}, Fault.MARK),
        ({"reference": "20261123-XXXXXX/1"}, Fault.REFERENCE),
    ],
)
def test_another_word_than_the_one_meant_is_found_and_holds_no_other_letter(changes, fault):
    pdf, letters = printed(content(), content(), content())
    letters[1] = (1, dataclasses.replace(letters[1][1], **changes))
    assert read_back(pdf, letters) == {1: fault}


@pytest.mark.parametrize(
    ("drawn", "fault"),
    [
        (b"0 g 2 400 20 20 re f", Fault.OUTSIDE_PRINTABLE_AREA),
        (b"0 g 500 830 50 11 re f", Fault.OUTSIDE_PRINTABLE_AREA),
        (b"0 g 300 600 20 60 re f", Fault.OUTSIDE_WINDOW),
        (b"0 g 400 610 20 20 re f", Fault.IN_THE_WINDOW),
    ],
)
def test_what_does_not_belong_there_is_found(drawn, fault):
    pdf, letters = printed(content(), content())
    spoilt = with_sheet(pdf, 1, lambda instructions: instructions + b"\n" + drawn)
    assert read_back(spoilt, letters) == {0: fault}


def test_a_sheet_without_its_mark_or_its_words():
    pdf, letters = printed(content(), content())
    without_matrix = with_sheet(pdf, 1, lambda drawn: drawn.rpartition(b"q ")[0])
    assert read_back(without_matrix, letters) == {0: Fault.MARK}
    empty = with_sheet(pdf, 2, lambda drawn: b"/F Do")
    assert read_back(empty, letters) == {1: Fault.MARK}


def test_a_sheet_too_many_or_another_font_stops_everything(monkeypatch):
    pdf, letters = printed(content(), content())
    with pytest.raises(ResourceError, match="3 pages for 1 letters"):
        read_back(pdf, letters[:1])
    monkeypatch.setattr(quality, "FONTS", quality.FONTS - {"DejaVu-Sans-Bold"})
    with pytest.raises(ResourceError, match="font DejaVu-Sans-Bold: install"):
        read_back(pdf, letters)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('<p class="place">', '<p class="place" style="right: -18mm">'), "outside the printable area"),
        (('<div class="address">', STRAY + '<div class="address">'), "in the window"),
    ],
)  # fmt: skip
def test_a_page_that_draws_where_it_must_not_stops_everything(monkeypatch, change, message):
    page = LetterPage(SENDER, "https://espace.exemple.fr")
    real = page._html
    monkeypatch.setattr(page, "_html", lambda *given: real(*given).replace(*change))
    letters = list(enumerate([content()]))
    pdf = Press(page).print_file(letters, separator([content()]))
    with pytest.raises(ResourceError, match=message):
        read_back(pdf, letters)


def test_stops_when_it_is_told_to():
    pdf, letters = printed(content(), content())
    letters[1] = (1, dataclasses.replace(letters[1][1], mark="0" * 10))
    asked = iter([False, True])
    assert read_back(pdf, letters, lambda: next(asked)) == {}
    assert list(asked) == []
