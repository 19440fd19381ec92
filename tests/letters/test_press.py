"""The press prints what WeasyPrint would print for each letter alone, stores what is common once, and keeps its forms."""

import dataclasses
import io
import subprocess
from datetime import date

import pikepdf
import pytest
from PIL import Image, ImageChops

from letters.sheets import forms
from letters.sheets.letter_page import LetterPage, ResourceError
from letters.sheets.press import Press

from .letters_to_print import LONGEST, SENDER, content, separator

SIGNS = (
    "@#&éàü’-" * 4,
    "ffi fl fi AVATA",
    "Ÿ Œ Æ Đ Ł Ø Ỳ Ș",
    "ŢĹĐ".ljust(10),
    "1BIS RUE D’ALÉSIA",
    "97400 SAINT DENIS",
)
DAYS = {"day": date(2026, 11, 27), "valid_until": date(2026, 12, 27)}


@pytest.fixture
def page():
    return LetterPage(SENDER, "https://espace.exemple.fr")


def pictures(pdf, folder, name):
    """Every page of a PDF at 150 dpi."""
    path = folder / f"{name}.pdf"
    path.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", path, folder / name], check=True)
    shown = []
    for found in sorted(folder.glob(f"{name}-*.png")):
        with Image.open(found) as picture:
            shown.append(picture.copy())
    return shown


def test_every_letter_is_identical_to_its_own_weasyprint_document(page, tmp_path):
    letters = [
        content(LONGEST),
        content(SIGNS, civility="", purpose="recovery"),
        content(("M. Noël Ÿ", "63000 CLERMONT FERRAND"), civility="M.", **DAYS),
        dataclasses.replace(content(), mark="6496655326"),
    ]
    batch = pictures(Press(page).print_file(list(enumerate(letters)), separator(letters)), tmp_path, "batch")
    assert len(batch) == 5
    for at, (printed, letter) in enumerate(zip(batch[1:], letters, strict=True)):
        (alone,) = pictures(page.lay_out(letter).write_pdf(), tmp_path, f"alone{at}")
        assert printed.size == alone.size
        assert ImageChops.difference(printed, alone).getbbox() is None, f"letter {at}"
    assert ImageChops.difference(batch[1], batch[2]).getbbox() is not None, "the comparison sees differences"


def test_what_letters_share_is_stored_once(page):
    letters = [content(reference=f"20261123-K7Q2M9/{place}") for place in range(1, 101)]
    pdf = Press(page).print_file(list(enumerate(letters)), separator(letters))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        shared = {one.obj.Resources.XObject.F.objgen for one in file.pages[1:]}
        fonts = {font.objgen for one in file.pages for font in one.obj.Resources.Font.values()}
        assert len(shared) == 1
        assert len(fonts) == 4
        assert all(one.obj.Contents.read_raw_bytes().__len__() < 2048 for one in file.pages)


def laid_out(monkeypatch, page):
    """How often the page was asked to lay something out."""
    asked = []
    for name in ("lay_out", "lay_out_sheet"):
        real = getattr(page, name)
        monkeypatch.setattr(
            page, name, lambda *given, real=real, name=name, **named: asked.append(name) or real(*given, **named)
        )
    return asked


def test_forms_are_laid_out_once_a_day_and_wording(page, monkeypatch):
    asked, press = laid_out(monkeypatch, page), Press(page)

    def print_one(letter):
        asked.clear()
        press.print_file([("a", letter)], separator([letter]))
        return asked.count("lay_out")

    assert print_one(content()) == 1
    assert print_one(content()) == 0, "the same wording"
    assert print_one(content(civility="M.")) == 2, "another one of the same day: both are in one file"
    assert print_one(content()) == print_one(content(civility="M.")) == 0
    assert print_one(content(("Mme Ș", "63000 CLERMONT"))) == 2, "a rare sign: the fonts need it"
    assert print_one(content(("Mme Ș", "63000 CLERMONT"), civility="M.")) == 0
    assert print_one(content(**DAYS)) == 1, "another day: those of the day before go"


def test_a_template_with_another_slot_is_an_error_and_prints_nothing(page, monkeypatch):
    real = page._html
    monkeypatch.setattr(page, "_html", lambda *given: real(*given).replace("</h1>", "</h1><p class=serial>rrrr</p>"))
    with pytest.raises(ResourceError, match="has the slots"):
        forms.lay_out(page, [content()])
    monkeypatch.setattr(page, "_html", lambda *given: real(*given).replace("<svg", "<span hidden", 1))
    with pytest.raises(ResourceError, match="has the slots"):
        forms.lay_out(page, [content()])
