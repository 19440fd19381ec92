"""Filters, places in a list and sums: plain functions."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from member_space.reimbursements.csv_file import harmless
from member_space.reimbursements.cursor import Cursor
from member_space.reimbursements.filters import Choices, Filters
from member_space.reimbursements.totals import MONTHS, Totals, chart, months, round_scale

CHOICES = Choices(["Lise", "Noé"], [2026, 2025])


def test_filters_are_what_the_person_can_choose_from() -> None:
    asked = {"beneficiaire": "Noé", "periode": "2025", "nature": "dentaire"}
    assert CHOICES.read(asked) == Filters("Noé", "2025", "dentaire")
    assert CHOICES.read({"beneficiaire": "Jeanne", "periode": "1999", "nature": "x"}) == Filters()
    assert CHOICES.read({}) == Filters()


def test_a_filter_is_taken_away_by_its_chip() -> None:
    filters = Filters("Noé", "12-mois", "dentaire")
    assert filters.chips() == [
        ("Noé", "?periode=12-mois&nature=dentaire"),
        ("12 derniers mois", "?beneficiaire=No%C3%A9&nature=dentaire"),
        ("Dentaire", "?beneficiaire=No%C3%A9&periode=12-mois"),
    ]
    assert Filters(kind="dentaire").chips() == [("Dentaire", "")]
    assert Filters().query == ""
    assert Filters(kind="dentaire").with_query(apres="x") == "?nature=dentaire&apres=x"


def test_periods_in_days() -> None:
    today = date(2026, 11, 26)
    assert Filters().days(today) == (None, None)
    assert Filters(period="2025").days(today) == (date(2025, 1, 1), date(2025, 12, 31))
    assert Filters(period="3-mois").days(today) == (date(2026, 8, 27), None)


@given(
    st.dates(),
    st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9-]{3,39}\Z"),
)
def test_a_place_is_read_as_it_was_written(day, number) -> None:
    assert Cursor.read(str(Cursor(day, number))) == Cursor(day, number)


@pytest.mark.parametrize("text", ["", "x", "20261301-A", "20260101", "20260101-", "20260101-é", "２0260101-A"])
def test_what_is_no_place_is_none(text) -> None:
    assert Cursor.read(text) is None


def test_a_year_has_twelve_months() -> None:
    found = {3: Totals(2, 1000, 600, 300, 100)}
    assert [name for name, _ in months(found)] == list(MONTHS)
    assert [one.lines for _, one in months(found)] == [0, 0, 2, *[0] * 9]


@given(st.dictionaries(st.integers(1, 12), st.tuples(*[st.integers(0, 10**9)] * 3)))
def test_every_bar_stays_inside_the_drawing(amounts) -> None:
    found = {month: Totals(1, sum(parts), *parts) for month, parts in amounts.items()}
    drawn = chart(found, 200)
    assert len(drawn.bars) == 12
    for bar in drawn.bars:
        assert 0 <= bar.social_security + bar.mutual + bar.rest <= 200.2


@given(st.integers(0, 10**10))
def test_the_scale_is_short_and_reaches_the_top(highest) -> None:
    scale = round_scale(highest)
    assert scale[0] == 0
    assert scale[-1] >= highest
    assert 2 <= len(scale) <= 5
    assert len({b - a for a, b in pairwise(scale)}) == 1


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@x", "\tx"])
def test_a_spreadsheet_runs_nothing(text) -> None:
    assert harmless(text) == f"'{text}"


def test_other_cells_stay() -> None:
    assert harmless("Consultation") == "Consultation"
    assert harmless("") == ""
