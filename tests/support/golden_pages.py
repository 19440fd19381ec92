"""Pictures of what leaves for the print shop, as it was last looked at and found good.

    cd tests && ../.venv/bin/python -m support.golden_pages      draw them anew, after a change that was meant; look at them

75 dpi, grey. Another version of Pango or of the program that draws PDFs moves the edges of letters by parts of a pixel: a few
dark pixels may differ, a moved line differs by hundreds.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from PIL import Image, ImageChops

from letters.sheets.letter_content import LetterContent, Sender, Wording
from letters.sheets.letter_page import LetterPage
from letters.sheets.press import Press
from letters.sheets.separator import Separator

FOLDER = Path(__file__).parents[1] / "letters" / "golden"
DPI = 75
MUCH = 96
"""Of 255: the grey of a pixel that differs."""
FEW = 40
"""Pixels of some 540,000."""
_SENDER = Sender(
    "MCV PAP", ("Centre de sécurité sociale 602", "1 rue de l’Exemple", "75000 Paris"), "Paris", "01 99 00 00 00"
)
_ADDRESS = ("Mme Éléonore Garnier", "APPARTEMENT 12", "12 RUE DE L EGLISE", "63000 CLERMONT FERRAND")
_LONGEST = ("W" * 38, "M" * 38, "W" * 38, "M" * 38, "W" * 38, "97400 " + "W" * 32)
_SERIAL, _DAY = "20261127-K7Q2M9", date(2026, 11, 27)
_NAMES = ("separator", "activation", "recovery", "canary", "longest")


def drawn(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Name and picture of each page, drawn now; ``folder`` is for files on the way."""
    letters = [
        _letter("activation", _ADDRESS, 1), _letter("recovery", _ADDRESS, 2), _letter("canary", _ADDRESS, 3),
        _letter("activation", _LONGEST, 500),
    ]  # fmt: skip
    first = Separator(
        _SERIAL, len(letters), letters[0].reference, letters[-1].reference,
        datetime(2026, 11, 27, 14, 30, tzinfo=UTC), _DAY,
    )  # fmt: skip
    press = Press(LetterPage(_SENDER, "https://espace.exemple.fr"))
    (folder / "batch.pdf").write_bytes(press.print_file(list(enumerate(letters)), first))
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", folder / "batch.pdf", folder / "page"], check=True)
    for name, path in zip(_NAMES, sorted(folder.glob("page-*.png")), strict=True):
        with Image.open(path) as picture:
            yield name, picture.convert("L")


def differing(one: Image.Image, other: Image.Image) -> int:
    """Pixels that differ much, or all when the sizes differ."""
    if one.size != other.size:
        return max(one.width * one.height, other.width * other.height)
    return sum(ImageChops.difference(one, other).histogram()[MUCH:])


def golden(name: str) -> Image.Image:
    """The picture of a page that was found good."""
    with Image.open(FOLDER / f"{name}.png") as picture:
        return picture.convert("L")


def _letter(purpose: str, address: tuple[str, ...], place: int) -> LetterContent:
    wording = Wording("Mme", _DAY, date(2026, 12, 18), purpose)
    return LetterContent(wording, address, "K7Q2M9XB3TAA", f"{_SERIAL}/{place}", "K7Q2M9XB3T")


def _write() -> None:
    import tempfile

    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, picture in drawn(Path(folder)):
            picture.save(FOLDER / f"{name}.png", optimize=True)
            sys.stdout.write(f"wrote {name}.png: look at it\n")


if __name__ == "__main__":
    _write()
