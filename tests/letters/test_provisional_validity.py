"""21 or 30 days, and the later of paper and post."""

from datetime import UTC, date, datetime

import pytest

from letters.provisional_validity import end_of_day, last_day, valid_until
from shared.contracts.postal_zone import PostalZone


@pytest.mark.parametrize(
    ("zone", "last"),
    [
        (PostalZone.METROPOLITAN, date(2026, 12, 14)),
        (PostalZone.OVERSEAS, date(2026, 12, 23)),
        (PostalZone.ABROAD, date(2026, 12, 23)),
    ],
)
def test_days_by_zone(zone, last):
    assert last_day(date(2026, 11, 23), zone) == last


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 12, 14), datetime(2026, 12, 14, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 7, 14), datetime(2026, 7, 14, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),  # 25 hours long
    ],
)
def test_end_of_day_in_paris(day, end):
    assert end_of_day(day) == end


def test_posted_late_counts_from_posting():
    posted = datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert valid_until(date(2026, 12, 14), posted, PostalZone.METROPOLITAN) == end_of_day(date(2026, 12, 17))


def test_what_is_printed_is_kept():
    posted = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert valid_until(date(2026, 12, 24), posted, PostalZone.METROPOLITAN) == end_of_day(date(2026, 12, 24))
