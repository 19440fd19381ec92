"""What is told of the place that a letter goes to, and of how long the post takes."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.masked_place import ABROAD, HIDDEN, department, masked_place
from registration.postal_delay import DELAYS
from shared.contracts.postal_zone import PostalZone

FRANCE = PostalZone.METROPOLITAN


@pytest.mark.parametrize(("last", "shown"), [
    ("33000 BORDEAUX", "B•••••• (33)"),
    ("63000 CLERMONT-FERRAND", "C••••••-F•••••• (63)"),
    ("63000 CLERMONT FERRAND", "C••••••-F•••••• (63)"),
    ("43000 LE PUY-EN-VELAY", "L••••••-V•••••• (43)"),
    ("42000 Saint-Étienne", "S••••••-É•••••• (42)"),
    ("32600 L’ISLE-JOURDAIN", "L••••••-J•••••• (32)"),
    ("80190 Y", "Y•••••• (80)"),
    ("75011 PARIS 11", "P•••••• (75)"),
    ("33059 BORDEAUX CEDEX", "B•••••• (33)"),
    ("84000 AVIGNON CEDEX 9", "A•••••• (84)"),
    ("20000 AJACCIO", "A•••••• (2A)"),
    ("20600 BASTIA", "B•••••• (2B)"),
    ("98000 MONACO", "M•••••• (980)"),
    ("33000 CEDEX 9", ""),
    ("BORDEAUX", ""),
    ("", ""),
])  # fmt: skip
def test_a_place_in_france(last: str, shown: str) -> None:
    assert masked_place(["12 rue des Exemples", last], FRANCE) == shown
    assert masked_place([last], FRANCE) == shown


@pytest.mark.parametrize(("lines", "shown"), [
    (["4 avenue", "1000 BRUXELLES", "BELGIQUE"], "BELGIQUE"),
    (["4 avenue", "1050-185 LISBOA"], ABROAD),
    ([], ABROAD),
])  # fmt: skip
def test_abroad_the_country_alone(lines: list[str], shown: str) -> None:
    assert masked_place(lines, PostalZone.ABROAD) == shown


@given(st.lists(st.text(min_size=1), max_size=5), st.text(min_size=1), st.sampled_from(["33000", "20190", "97400"]))
def test_of_a_street_a_name_or_a_town_no_more_than_two_letters(above: list[str], town: str, postcode: str) -> None:
    shown = masked_place([*above, f"{postcode} {town}"], FRANCE)
    assert shown == "" or re.fullmatch(rf".{{1,3}}{HIDDEN}(-.{{1,3}}{HIDDEN})? \((33|2A|974)\)", shown)


@given(st.integers(1000, 99_999))
def test_a_department_is_the_postcode_s(number: int) -> None:
    postcode = f"{number:05d}"
    shown = department(postcode)
    assert postcode.startswith(shown) or (postcode[:2], shown[0]) == ("20", "2")


@pytest.mark.parametrize(("zone", "first", "last"), [
    # posted on Thursday the 30th of April: the 1st and the 8th of May are holidays
    (PostalZone.METROPOLITAN, date(2026, 5, 5), date(2026, 5, 7)),
    (PostalZone.OVERSEAS, date(2026, 5, 11), date(2026, 5, 19)),
    (PostalZone.ABROAD, date(2026, 5, 11), date(2026, 5, 27)),
])  # fmt: skip
def test_the_days_on_which_a_letter_is_expected(zone: PostalZone, first: date, last: date) -> None:
    assert DELAYS[zone].expected(date(2026, 4, 30)) == (first, last)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.sampled_from(list(PostalZone)))
def test_it_is_expected_on_working_days_and_sooner_the_nearer_it_goes(posted: date, zone: PostalZone) -> None:
    first, last = DELAYS[zone].expected(posted)
    assert posted < first < last < posted + timedelta(days=31)
    assert {first.weekday(), last.weekday()} <= set(range(5))
    assert DELAYS[FRANCE].expected(posted)[1] <= last
