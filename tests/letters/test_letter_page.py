"""The letter as it comes out of the printer: read back from the PDF and from its picture."""

import dataclasses
import re
import subprocess

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from letters.batch_addresses import LettersRefusedError
from letters.sheets.letter_page import LetterPage, ResourceError
from letters.sheets.press import InterruptedBatchError, Press
from shared.contracts.letter_mark import read_mark
from shared.contracts.provisional_password import grouped, normalise

from .letters_to_print import LONGEST, SENDER, SHORT, content, pdf_of, separator

MM = 72 / 25.4


def words(path, page):
    """Every word of a page with its box in mm from the left and the top."""
    only = ["-f", str(page), "-l", str(page)]
    xml = subprocess.run(["pdftotext", "-bbox", *only, path, "-"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', xml)
    return [(*(float(edge) / MM for edge in box), word) for *box, word in found]


def text_of(path):
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(text.split())


@pytest.fixture
def printed(tmp_path):
    def printed_letter(*letters, **settings):
        path = tmp_path / "letter.pdf"
        path.write_bytes(pdf_of(*letters, **settings))
        return path

    return printed_letter


@pytest.mark.parametrize("civility", ["Mme", "M.", ""])
@pytest.mark.parametrize("address", [SHORT, LONGEST])
@pytest.mark.parametrize("purpose", ["activation", "recovery"])
def test_one_page_with_the_address_in_the_window_and_all_in_the_printable_area(printed, address, civility, purpose):
    long_url = "https://www.espace-adherents.mutuelle-complementaire.exemple.fr"
    letter = content(address, civility=civility, purpose=purpose)
    path = printed(letter, public_url=long_url)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 2, "the separator and the letter"
        assert [round(float(edge) / MM) for edge in pdf.pages[1].mediabox] == [0, 0, 210, 297]
    placed = words(path, page=2)
    assert all(left >= 5 and right <= 205 and top >= 5 and bottom <= 292 for left, top, right, bottom, _ in placed)
    window = [word for left, top, right, bottom, word in placed if right > 108 and bottom > 53 and top < 90]
    inside = [
        word for left, top, right, bottom, word in placed if left >= 110 and right <= 195 and top >= 55 and bottom <= 88
    ]
    assert " ".join(inside) == f"{letter.mark} " + " ".join(address)
    assert window == inside


def test_says_the_password_its_last_day_and_the_way(printed):
    letter = content()
    text = text_of(printed(letter, public_url="http://localhost:8080"))
    shown = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)
    assert shown is not None
    assert normalise(shown[0]) == letter.symbols
    assert "Valable jusqu’au 14 décembre 2026 inclus" in text
    assert "Paris, le 23 novembre 2026" in text
    assert "http://localhost:8080/compte/activer" in text
    assert "20261123-K7Q2M9/500" in text
    assert "carte d’adhérent" in text
    assert "01 99 00 00 00" in text


def test_the_password_is_large(printed):
    letter = content()
    height = next(bottom - top for _, top, _, bottom, word in words(printed(letter), page=2) if word == letter.password)
    assert height >= 14 / MM


@pytest.mark.parametrize(("civility", "greeting"), [("Mme", "Madame,"), ("M.", "Monsieur,"), ("", "Madame, Monsieur,")])
def test_greets_as_the_person_is_addressed(printed, civility, greeting):
    assert f" activer votre compte {greeting} Vous avez demandé" in text_of(printed(content(civility=civility)))


def test_both_codes_are_read_back_from_the_picture(printed, tmp_path):
    letters = [content(LONGEST), content(SHORT)]
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", printed(*letters), tmp_path / "page"], check=True)
    for page, letter in enumerate(letters, start=2):
        codes = {code.format: code for code in zxingcpp.read_barcodes(Image.open(tmp_path / f"page-{page}.png"))}
        assert codes.keys() == {zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix}
        assert codes[zxingcpp.BarcodeFormat.QRCode].text == "https://espace.exemple.fr/compte/activer"
        mark = codes[zxingcpp.BarcodeFormat.DataMatrix]
        assert mark.text == letter.mark
        assert read_mark(mark.text) == letter.mark
        corners = [mark.position.top_left, mark.position.bottom_right]
        left, top, right, bottom = (edge * 25.4 / 150 for one in corners for edge in (one.x, one.y))
        assert 110 <= left < right <= 195
        assert 55 <= top < bottom <= 88


def test_a_mark_of_many_digits_has_a_smaller_code_that_is_read_too(printed, tmp_path):
    letter = dataclasses.replace(content(), mark="6496655326")
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", printed(letter), tmp_path / "page"], check=True)
    assert "6496655326" in {code.text for code in zxingcpp.read_barcodes(Image.open(tmp_path / "page-2.png"))}


def test_a_batch_is_one_french_file_with_its_fonts_embedded_once(printed):
    letters = [content(reference=f"20261123-K7Q2M9/{place}") for place in (1, 2, 3, 4)]
    path = printed(*letters)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 5
        assert str(pdf.Root.Lang) == "fr"
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(fonts) == 4
    assert all(re.search(r"DejaVu-Sans.* yes yes yes ", line) for line in fonts)
    text = text_of(path)
    places = [text.index(grouped(letter.symbols)) for letter in letters]
    assert places == sorted(places)


def test_the_separator_says_what_is_to_be_counted(printed):
    letters = [content(reference=f"20261123-K7Q2M9/{place}") for place in (1, 2, 3)]
    text = text_of(printed(*letters)).partition("MCV PAP")[0]
    for words_there in (
        "Feuille de séparation 20261123-K7Q2M9", "Lettres du lot 3", "Feuilles, celle-ci comprise 4",
        "Première lettre 20261123-K7Q2M9/1", "Dernière lettre 20261123-K7Q2M9/3",
        "Lot préparé le 23 novembre 2026 à 15 h 30", "À remettre à la poste le 23 novembre 2026",
    ):  # fmt: skip
        assert words_there in text


def test_the_secret_is_in_no_metadata(printed):
    letter = content()
    with pikepdf.open(printed(letter)) as pdf:
        told = str(pdf.docinfo.items()) + str(pdf.open_metadata())
    assert letter.symbols not in told
    assert letter.password not in told
    assert "Garnier" not in told


def test_the_same_letters_never_have_the_same_hash():
    letter = content()
    assert pdf_of(letter) != pdf_of(letter)


def test_a_file_from_elsewhere_stops_everything(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"")
    for address in ("https://exemple.fr/logo.png", (tmp_path / "logo.png").as_uri(), "logo.png"):
        page = LetterPage(SENDER, "https://espace.exemple.fr")
        page._html = lambda *given, address=address: f"<html lang=fr><base href='file:///x/'><img src='{address}'>"
        with pytest.raises(ResourceError, match=r"logo\.png"):
            page.lay_out(content())


def test_settings_that_make_the_letter_too_long_are_an_error_for_all():
    with pytest.raises(ResourceError, match="longer than a page"):
        pdf_of(content(), public_url=f"https://{'a' * 800}.fr")


def test_one_letter_that_fails_is_told_apart():
    press = Press(LetterPage(SENDER, "https://espace.exemple.fr"))
    letters = {
        "good": content(),
        "civility": content(civility="Dr"),
        "sign": content(("Mme Éléonore ẞ", "63000 CLERMONT")),
        "line": content(("Mme Éléonore", "6" * 39)),
    }
    with pytest.raises(LettersRefusedError) as refused:
        press.print_file(list(letters.items()), separator(list(letters.values())))
    assert refused.value.reasons == dict.fromkeys(["civility", "sign", "line"], "layout-failed")


def test_stops_between_two_letters():
    asked = iter([False, True])
    press = Press(LetterPage(SENDER, "https://espace.exemple.fr"))
    with pytest.raises(InterruptedBatchError):
        press.print_file([("a", content()), ("b", content())], separator([content()]), lambda: next(asked))
    assert list(asked) == []


def test_the_content_shows_no_secret_when_printed_by_mistake():
    letter = content()
    assert letter.symbols not in repr(letter)
