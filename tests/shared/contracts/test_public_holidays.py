from datetime import date, timedelta

import pytest

from shared.contracts.public_holidays import local_holidays, public_holidays

EASTER = {
    2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2028: "04-16", 2029: "04-01",
    2030: "04-21", 2031: "04-13", 2032: "03-28", 2033: "04-17", 2034: "04-09", 2035: "03-25",
}  # fmt: skip
FIXED = ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"]


@pytest.mark.parametrize(("year", "easter"), EASTER.items())
def test_a_year_has_the_eleven_days_of_the_law(year, easter):
    sunday = date.fromisoformat(f"{year}-{easter}")
    moving = {sunday + timedelta(days=days) for days in (1, 39, 50)}
    assert public_holidays(year) == {date.fromisoformat(f"{year}-{day}") for day in FIXED} | moving
    assert len(public_holidays(year)) == 11


def test_the_days_of_2026_written_out():
    assert sorted(day.isoformat() for day in public_holidays(2026)) == [
        "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25",
        "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
    ]  # fmt: skip


def test_alsace_and_moselle_have_two_more():
    assert local_holidays(2026) == {date(2026, 4, 3), date(2026, 12, 26)}
    assert local_holidays(2027) == {date(2027, 3, 26), date(2027, 12, 26)}


def test_two_of_them_on_one_day_are_one_day():
    assert date(2059, 5, 8) in public_holidays(2059), "Victory and Ascension: Easter is on 30 March"
    assert len(public_holidays(2059)) == 10
