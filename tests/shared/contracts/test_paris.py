"""A day begins and ends at midnight in Paris, in winter and in summer."""

from datetime import UTC, date, datetime

import pytest

from shared.contracts.paris import day_in_paris


@pytest.mark.parametrize(("moment", "day"), [
    (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), date(2026, 11, 23)),
    (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 24)),
    (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
    (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
])  # fmt: skip
def test_the_day_is_the_day_in_paris(moment, day):
    assert day_in_paris(moment) == day
