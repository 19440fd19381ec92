"""When a batch closes: full, too old, or the cut-off has struck; on days that both the mutual and the shop work."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.contracts.working_days import WorkingDays

PARIS = ZoneInfo("Europe/Paris")
WEEK = WorkingDays.parse("mon-fri")


def paris(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@pytest.fixture
def rules(closing_rules):
    return closing_rules(
        most=4, max_age=timedelta(hours=6), cut_off=time(15, 30), days=WEEK, taken_within=timedelta(hours=4)
    )


@pytest.mark.parametrize(
    ("waiting_since", "now", "due"),
    [
        ([], "2026-11-27 10:00", False),
        (["2026-11-27 09:00"], "2026-11-27 10:00", False),
        (["2026-11-27 09:00"] * 3, "2026-11-27 10:00", False),
        (["2026-11-27 09:00"] * 4, "2026-11-27 10:00", True),
        (["2026-11-27 09:59"] * 4, "2026-11-28 10:00", True),  # full on a Saturday
        (["2026-11-27 04:00", "2026-11-27 09:59"], "2026-11-27 10:00", True),  # six hours
        (["2026-11-27 04:01"], "2026-11-27 10:00", False),
        (["2026-11-27 15:29"], "2026-11-27 15:30", True),  # the cut-off
        (["2026-11-27 15:30"], "2026-11-27 15:31", False),  # came after it
        (["2026-11-27 18:00"], "2026-11-28 09:00", False),  # Saturday: nobody works, its age stands still
        (["2026-11-27 18:00"], "2026-11-30 00:01", True),  # Monday: six hours of Friday have passed
        (["2026-11-28 10:00"], "2026-11-30 05:59", False),
        (["2026-11-28 10:00"], "2026-11-30 06:00", True),
        (["2026-12-24 20:00"], "2026-12-25 15:30", False),  # Christmas
        (["2026-12-24 20:00"], "2026-12-28 15:30", True),
    ],
)
def test_due(rules, waiting_since, now, due):
    assert rules.is_due([paris(one) for one in waiting_since], paris(now)) is due


def test_a_day_counts_when_both_work(closing_rules):
    shop = WorkingDays.parse("tue-sat").closed_on(frozenset({date(2026, 12, 24)}))
    rules = closing_rules(cut_off=time(15, 30), days=WEEK & shop)
    assert rules.post_on(paris("2026-11-27 16:30")) == date(2026, 12, 1), "not on Saturday, not on Monday"
    assert rules.post_on(paris("2026-12-23 18:00")) == date(2026, 12, 29), "closed on the 24th, 25th and 28th"


@pytest.mark.parametrize(
    ("closed_at", "post_on"),
    [
        ("2026-11-27 09:00", date(2026, 11, 27)),
        ("2026-11-27 15:30:20", date(2026, 11, 27)),  # the cut-off closed it
        ("2026-11-27 16:01", date(2026, 11, 30)),
        ("2026-03-27 16:30", date(2026, 3, 30)),  # over the change of clocks
        ("2026-10-23 16:30", date(2026, 10, 26)),
    ],
)
def test_it_is_posted_on_the_day_of_the_first_cut_off_it_is_in_time_for(rules, closed_at, post_on):
    assert rules.post_on(paris(closed_at)) == post_on


def test_the_shop_has_hours_that_are_worked_to_take_it(rules):
    assert rules.taken_by(paris("2026-11-27 10:00")) == paris("2026-11-27 14:00")
    assert rules.taken_by(paris("2026-11-27 22:00")) == paris("2026-11-30 02:00")
