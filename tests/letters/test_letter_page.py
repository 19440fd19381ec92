"""The letter as it comes out of the printer: read back from the PDF and from its picture."""

import re
import subprocess
from datetime import date

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from letters.batch_file import InterruptedBatchError, LettersRefusedError, check_print_file, print_file
from letters.letter_content import LetterContent, Sender
from letters.letter_page import LetterPage, ResourceError
from shared.contracts.provisional_password import generate, grouped, normalise

MM = 72 / 25.4
SENDER = Sender(
    "MCV PAP", ("Centre de sécurité sociale 602", "1 rue de l’Exemple", "75000 Paris"), "Paris", "01 99 00 00 00"
)
LONGEST = ("W" * 38, "M" * 38, "Œ" * 38, "W" * 38, "M" * 38, "97400 " + "W" * 32)
SHORT = ("Mme Éléonore Garnier", "12 RUE DE L EGLISE", "63000 CLERMONT FERRAND")


def content(address=SHORT, civility="Mme", **changes):
    given = {
        "civility": civility, "address": address, "symbols": generate(), "day": date(2026, 11, 23),
        "valid_until": date(2026, 12, 14), "reference": "20261123-K7Q2M9/500",
    }  # fmt: skip
    return LetterContent(**{**given, **changes})


def pdf_of(*letters, public_url="https://espace.exemple.fr", sender=SENDER):
    return print_file(LetterPage(sender, public_url), [(at, one) for at, one in enumerate(letters)], lambda: False)


def words(path):
    """Every word of a PDF with its box in mm from the left and the top."""
    xml = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
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
    path = printed(content(address, civility, purpose=purpose), public_url=long_url)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(edge) / MM) for edge in pdf.pages[0].mediabox] == [0, 0, 210, 297]
    placed = words(path)
    assert all(left >= 5 and right <= 205 and top >= 5 and bottom <= 292 for left, top, right, bottom, _ in placed)
    window = [word for left, top, right, bottom, word in placed if right > 108 and bottom > 53 and top < 90]
    inside = [
        word for left, top, right, bottom, word in placed if left >= 110 and right <= 195 and top >= 55 and bottom <= 88
    ]
    assert " ".join(inside) == " ".join(address)
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
    height = next(bottom - top for _, top, _, bottom, word in words(printed(letter)) if word == letter.password)
    assert height >= 14 / MM


@pytest.mark.parametrize(("civility", "greeting"), [("Mme", "Madame,"), ("M.", "Monsieur,"), ("", "Madame, Monsieur,")])
def test_greets_as_the_person_is_addressed(printed, civility, greeting):
    assert f" activer votre compte {greeting} Vous avez demandé" in text_of(printed(content(civility=civility)))


def test_the_code_in_the_picture_leads_to_the_page_without_the_secret(printed, tmp_path):
    letter = content()
    path = printed(letter)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", path, tmp_path / "page"], check=True)
    codes = zxingcpp.read_barcodes(Image.open(tmp_path / "page-1.png"))
    assert [code.text for code in codes] == ["https://espace.exemple.fr/compte/activer"]
    assert letter.symbols not in codes[0].text


def test_a_batch_is_one_tagged_french_file_with_its_fonts_embedded_once(printed):
    letters = [content() for _ in range(4)]
    path = printed(*letters)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 4
        assert str(pdf.Root.Lang) == "fr"
        assert bool(pdf.Root.MarkInfo.Marked)
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(fonts) == 4
    assert all(re.search(r"DejaVu-Sans.* yes yes yes ", line) for line in fonts)
    text = text_of(path)
    places = [text.index(grouped(letter.symbols)) for letter in letters]
    assert places == sorted(places)


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
        page._html = lambda letter, address=address: f"<html lang=fr><base href='file:///x/'><img src='{address}'>"
        with pytest.raises(ResourceError, match=r"logo\.png"):
            page.lay_out(content())


def test_settings_that_make_the_letter_too_long_are_an_error_for_all():
    with pytest.raises(ResourceError, match="longer than a page"):
        pdf_of(content(), public_url=f"https://{'a' * 800}.fr")


def test_another_font_is_an_error():
    page = LetterPage(SENDER, "https://espace.exemple.fr")
    pdf = pdf_of(content())
    check_print_file(pdf, sheets=1)
    with pytest.raises(ResourceError, match="1 pages for 2 letters"):
        check_print_file(pdf, sheets=2)
    page._html = lambda letter: "<html lang=fr><title>x</title><p style='font-family: DejaVu Serif'>x"
    with pytest.raises(ResourceError, match="font DejaVu-Serif"):
        print_file(page, [("a", content())], lambda: False)


def test_one_letter_that_fails_is_told_apart():
    page = LetterPage(SENDER, "https://espace.exemple.fr")
    with pytest.raises(LettersRefusedError) as refused:
        print_file(page, [("good", content()), ("bad", content(civility="Dr"))], lambda: False)
    assert refused.value.reasons == {"bad": "layout-failed"}


def test_stops_between_two_letters():
    asked = iter([False, True])
    page = LetterPage(SENDER, "https://espace.exemple.fr")
    with pytest.raises(InterruptedBatchError):
        print_file(page, [("a", content()), ("b", content())], lambda: next(asked))
    assert list(asked) == []


def test_the_content_shows_no_secret_when_printed_by_mistake():
    letter = content()
    assert letter.symbols not in repr(letter)
