"""Cells of the mutual's exports: whatever stands in one, it is read or refused in words that don't quote it."""

import unicodedata
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.imports.failures import RefusedValueError
from shared.imports.fields import Cents, FrenchDate, read_cents, read_date
from shared.imports.lines import RawLine, split_line
from shared.imports.row import ImportRow, Refusal, check_row

ANY = st.text(st.characters(), max_size=60)


@given(ANY | st.text("0123456789/-", max_size=12) | st.dates().map(str))
@example("29/02/2023")
@example("٠١/٠١/٢٠٢٠")
def test_a_day_is_read_or_refused(cell):
    with suppress(RefusedValueError):
        found = read_date(cell)
        assert isinstance(found, date)
        assert read_date(found.isoformat()) == read_date(f"{found:%d/%m}/{found.year:04}") == found


@given(ANY | st.text("0123456789,.- \u202f", max_size=14))
@example("-0,00")
@example("²")
def test_an_amount_is_whole_cents_or_refused(cell):
    with suppress(RefusedValueError):
        found = read_cents(cell)
        assert isinstance(found, int)
        assert abs(found) < 10**11


@given(st.integers(-(10**11) + 1, 10**11 - 1))
def test_cents_are_read_back(cents):
    euros, rest = divmod(abs(cents), 100)
    assert read_cents(f"{'-' if cents < 0 else ''}{euros},{rest:02}") == cents


@given(ANY | st.text(';"a\x00\r\n', max_size=40), st.sampled_from(";,"))
def test_a_line_is_cells_or_refused(text, delimiter):
    with suppress(RefusedValueError):
        for cell in split_line(RawLine(1, text, 0), delimiter):
            assert unicodedata.is_normalized("NFC", cell)
            assert '"' in text or delimiter not in cell


class Row(ImportRow):
    name: str
    day: FrenchDate
    amount: Cents


NFC = ANY.map(lambda text: unicodedata.normalize("NFC", text).strip())


@given(NFC, NFC | st.just("27/03/1957"), NFC | st.just("12,50"))
def test_a_row_is_read_or_all_that_is_wrong_is_told_without_quoting_it(name, day, amount):
    found = check_row(Row, 7, {"name": name, "day": day, "amount": amount})
    if isinstance(found, list):
        assert found
        for refusal in found:
            assert refusal.line == 7
            assert refusal.column in {"name", "day", "amount"}
            assert isinstance(refusal, Refusal)
            assert all(len(cell) < 4 or cell not in refusal.reason for cell in (name, day, amount))
    else:
        assert 0 < len(found.name) <= 200
        assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in found.name)


@pytest.mark.parametrize("text", ["a\x00b"])
def test_a_nul_is_refused(text):
    row = check_row(Row, 1, {"name": text, "day": "27/03/1957", "amount": "1"})
    assert [refusal.column for refusal in row] == ["name"]
