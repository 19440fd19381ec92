"""The short cuts that make checking fast say what the long way says."""

import csv
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from shared.imports.lines import RawLine, split_line
from shared.imports.row import _all_fit, _unfit

CELL = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0'), max_size=12)


@given(st.lists(CELL, min_size=1, max_size=8), st.sampled_from((";", ",")))
def test_a_line_without_quotes_is_split_as_the_csv_module_does(cells: list[str], delimiter: str) -> None:
    text = delimiter.join(cells)
    expected = next(csv.reader([text], delimiter=delimiter, strict=True)) or [""]  # an empty line is never read
    assert split_line(RawLine(1, text, 0), delimiter) == [unicodedata.normalize("NFC", cell) for cell in expected]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.integers(1, 12))
def test_of_cells_that_all_fit_none_is_unfit(cells: list[str], longest: int) -> None:
    named = dict(enumerate(cells))
    if _all_fit(named.values(), longest):
        assert _unfit(named, longest) == {}
    else:
        # printable, short and given: nothing else may send a line the long way
        assert any(not cell or len(cell) > longest or not cell.isprintable() for cell in cells)
