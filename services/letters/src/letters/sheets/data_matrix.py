"""The mark of a letter as a DataMatrix (ISO/IEC 16022, ECC 200): 14 × 14 modules, or 12 × 12 when most of it is digits."""

from collections.abc import Iterator
from itertools import groupby

import zxingcpp
from markupsafe import Markup

MODULES = 14
_BLACK = 0

Run = tuple[int, int, int]
"""Column, row and length of black modules side by side."""


def runs(mark: str) -> Iterator[Run]:
    """The black modules, row by row from the top, without a quiet zone.

    Raises:
        ValueError: ``mark`` needs a larger symbol.
    """
    symbol = zxingcpp.create_barcode(mark, zxingcpp.BarcodeFormat.DataMatrix)
    image = memoryview(symbol.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]  # a buffer, untyped
    assert image.shape is not None  # noqa: S101 - a picture has one
    side = image.shape[0]
    if side > MODULES:
        raise ValueError("the mark of a letter has 10 symbols")
    pixels = image.tobytes()
    for row in range(side):
        at = 0
        for value, same in groupby(pixels[row * side : (row + 1) * side]):
            length = len(list(same))
            if value == _BLACK:
                yield at, row, length
            at += length


def as_svg(mark: str, ink: str) -> Markup:
    """An SVG of one path, as large as its box."""
    path = "".join(f"M{column} {row}h{length}v1h-{length}z" for column, row, length in runs(mark))
    return Markup(f'<svg viewBox="0 0 {MODULES} {MODULES}"><path fill="{ink}" d="{path}"/></svg>')  # noqa: S704


def as_pdf_path(mark: str) -> bytes:
    """The same rectangles as path operators, in the SVG's coordinates."""
    return b"".join(b"%d %d %d 1 re\n" % run for run in runs(mark)) + b"f\n"
