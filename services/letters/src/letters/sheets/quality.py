"""The last gate before a batch is sealed: another program (PDFium) reads every sheet back from the file.

A letter that fails is told apart with its reason and holds no other; a file that fails as a whole stops everything.
"""

import io
import threading
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from letters.sheets import separator
from letters.sheets.letter_content import LetterContent
from letters.sheets.letter_page import ResourceError

FONTS = frozenset({"DejaVu-Sans", "DejaVu-Sans-Bold", "DejaVu-Sans-Mono", "DejaVu-Sans-Mono-Bold"})
"""The fonts of the letter (Debian: fonts-dejavu-core). Another one on a page means that one of these is missing."""

_MM = 72 / 25.4
_HEIGHT = 297
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points from the lower left corner."""


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return left * _MM, (_HEIGHT - bottom) * _MM, right * _MM, (_HEIGHT - top) * _MM


WINDOW = _box(110, 55, 195, 88)
"""What a DL window envelope shows of a sheet folded in three: 85 × 33 mm, 110 mm from the left, 55 mm from the top."""
PRINTABLE = _box(5, 5, 205, 292)
"""No office or production printer reaches the last 5 mm."""
_OF_MARK = 2
"""Things that the mark draws in the window: its DataMatrix and its signs."""
_SLACK = 0.2 * _MM
_ONE_AT_A_TIME = threading.Lock()  # PDFium is not made for several threads


class Fault(StrEnum):
    """What is wrong with a letter that was laid out."""

    OUTSIDE_WINDOW = "outside-window"
    IN_THE_WINDOW = "other-words-in-window"
    OUTSIDE_PRINTABLE_AREA = "outside-printable-area"
    ADDRESS = "address-unreadable"
    MARK = "mark-unreadable"
    PASSWORD = "password-unreadable"  # noqa: S105
    REFERENCE = "reference-unreadable"


def read_back(
    pdf: bytes, letters: Sequence[tuple[UUID, LetterContent]], interrupted: Callable[[], bool] = lambda: False
) -> Mapping[UUID, Fault]:
    """The letters that are not on their sheets as they should be: none, as a rule. About 1 ms of one core a letter.

    Raises:
        ResourceError: wrong number of pages, a font that is not the letter's own or not embedded, or something of a form
            that is outside the printable area or in the window.
    """
    _check_fonts(pdf)
    found: dict[UUID, Fault] = {}
    with _ONE_AT_A_TIME:
        file = pypdfium2.PdfDocument(pdf)
        try:
            if len(file) != len(letters) + separator.SHEETS:
                raise ResourceError(f"{len(file)} pages for {len(letters)} letters")
            known: set[Any] = set()
            for number, (letter_id, letter) in enumerate(letters, start=separator.SHEETS):
                if interrupted():
                    break
                page = file[number]
                if letter.wording not in known:
                    known.add(letter.wording)
                    _check_form(page)
                if fault := _fault(page, letter):
                    found[letter_id] = fault
                page.close()
        finally:
            file.close()
    return found


def _fault(page: Any, letter: LetterContent) -> Fault | None:
    own = [one.get_bounds() for one in page.get_objects(max_depth=1) if one.type != pdfium.FPDF_PAGEOBJ_FORM]
    text = page.get_textpage()
    in_window, everything = text.get_text_bounded(*WINDOW), text.get_text_range()
    text.close()
    return _misplaced(own, letter) or _misread(in_window, everything, letter)


def _misplaced(own: Sequence[Box], letter: LetterContent) -> Fault | None:
    """What is drawn of a letter besides its form, as boxes."""
    if not all(_within(box, PRINTABLE) for box in own):
        return Fault.OUTSIDE_PRINTABLE_AREA
    in_window = [box for box in own if _meets(box, WINDOW)]
    if not all(_within(box, WINDOW) for box in in_window):
        return Fault.OUTSIDE_WINDOW
    more = len(in_window) - len(letter.address) - _OF_MARK
    return (Fault.IN_THE_WINDOW if more > 0 else Fault.MARK) if more else None


def _misread(in_window: str, everything: str, letter: LetterContent) -> Fault | None:
    seen = [line.strip() for line in in_window.splitlines() if line.strip()]
    if letter.mark not in seen:
        return Fault.MARK
    if [line for line in seen if line != letter.mark] != [" ".join(line.split()) for line in letter.address]:
        return Fault.ADDRESS
    if letter.password not in everything:
        return Fault.PASSWORD
    return None if letter.reference in everything else Fault.REFERENCE


def _check_form(page: Any) -> None:
    """Nothing of what letters share is in the window or at the edge of the paper.

    Raises:
        ResourceError: something is.
    """
    for box in (one.get_bounds() for one in page.get_objects(max_depth=15) if one.level > 0):
        if not _within(box, PRINTABLE):
            raise ResourceError("the letter's page draws outside the printable area")
        if _meets(box, WINDOW):
            raise ResourceError("the letter's page draws in the window of the envelope")


def _within(box: Box, area: Box) -> bool:
    return (
        box[0] >= area[0] - _SLACK and box[1] >= area[1] - _SLACK
        and box[2] <= area[2] + _SLACK and box[3] <= area[3] + _SLACK
    )  # fmt: skip


def _meets(box: Box, area: Box) -> bool:
    return box[0] < area[2] and box[2] > area[0] and box[1] < area[3] and box[3] > area[1]


def _check_fonts(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                name = str(item["/FontName"]).rpartition("+")[2].removeprefix("/")
                if name not in FONTS or not any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                    raise ResourceError(f"font {name}: install fonts-dejavu-core")
