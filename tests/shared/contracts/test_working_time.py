"""Moments are written as the clock in Paris shows them, and compared as moments."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.working_days import WorkingDays
from shared.contracts.working_time import next_cut_off, promise_due, worked_time_between

PARIS = ZoneInfo("Europe/Paris")
MON_FRI = WorkingDays.parse("mon-fri")
EVERY_DAY = WorkingDays.parse("mon-sun")
CUT_OFF = time(15, 30)
QUARTER = timedelta(minutes=15)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


def closed(*texts: str) -> WorkingDays:
    return MON_FRI.closed_on(frozenset(date.fromisoformat(text) for text in texts))


calendars = st.builds(
    WorkingDays,
    st.frozensets(st.integers(0, 6), min_size=1),
    alsace_moselle=st.booleans(),
    closed=st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=10),
)
# around both clock changes of two years, Easter, Christmas; or anywhere
moments = st.one_of(
    st.builds(
        lambda begin, minutes: at(begin) + timedelta(minutes=minutes),
        st.sampled_from(["2026-03-27", "2026-10-23", "2027-03-26", "2027-10-29", "2026-12-24"]),
        st.integers(0, 5 * 24 * 60),
    ),
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 (given a zone)
)
hours_promised = st.integers(1, 100 * 60).map(lambda minutes: minutes / 60)
cut_offs = st.one_of(
    st.times().map(lambda drawn: drawn.replace(fold=0)),
    st.sampled_from([time(0), time(2), time(2, 30), time(3), CUT_OFF]),
)


@pytest.mark.parametrize(
    ("after", "struck"),
    [
        ("2026-11-27T15:29:59", "2026-11-27T15:30"),
        ("2026-11-27T15:30", "2026-11-30T15:30"),  # what comes when it strikes is for the next one
        ("2026-11-28T10:00", "2026-11-30T15:30"),
        ("2026-04-03T16:00", "2026-04-07T15:30"),  # Easter Monday
        ("2026-04-30T16:00", "2026-05-04T15:30"),  # 1 May, a Friday
        ("2026-05-13T16:00", "2026-05-15T15:30"),  # Ascension
        ("2026-12-24T16:00", "2026-12-28T15:30"),
        ("2026-12-31T16:00", "2027-01-04T15:30"),
        ("2026-03-27T16:00", "2026-03-30T15:30"),  # the clock changes on the Sunday between
        ("2026-10-23T16:00", "2026-10-26T15:30"),
        ("2027-03-26T16:00", "2027-03-30T15:30"),  # on Easter Sunday
        ("2027-10-29T16:00", "2027-11-02T15:30"),  # the day before All Saints
    ],
)
def test_the_cut_off_strikes_on_the_next_worked_day(after, struck):
    assert next_cut_off(at(after), CUT_OFF, MON_FRI) == at(struck)


def test_the_cut_off_is_a_time_in_paris_given_in_utc():
    winter = next_cut_off(datetime(2026, 11, 27, 9, tzinfo=UTC), CUT_OFF, MON_FRI)
    summer = next_cut_off(datetime(2026, 7, 10, 9, tzinfo=UTC), CUT_OFF, MON_FRI)
    assert winter.isoformat() == "2026-11-27T14:30:00+00:00"
    assert summer.isoformat() == "2026-07-10T13:30:00+00:00"


def test_the_day_of_the_cut_off_is_the_day_in_paris():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    assert next_cut_off(late, time(0, 15), MON_FRI) == at("2026-11-30T00:15"), "0.30 on Friday there"
    in_tokyo = late.astimezone(timezone(timedelta(hours=9)))
    assert next_cut_off(in_tokyo, time(0, 15), MON_FRI) == at("2026-11-30T00:15")


def test_the_cut_off_strikes_where_both_work():
    shop = closed("2026-05-15")
    assert next_cut_off(at("2026-05-13T16:00"), CUT_OFF, MON_FRI & shop) == at("2026-05-18T15:30")


@pytest.mark.parametrize("sunday", ["2026-03-29", "2027-03-28"])
def test_a_time_that_is_skipped_strikes_an_hour_later_by_the_new_clock(sunday):
    struck = next_cut_off(at(f"{sunday}T00:00"), time(2, 30), EVERY_DAY)
    assert struck.isoformat() == f"{sunday}T01:30:00+00:00"
    assert struck.astimezone(PARIS).time() == time(3, 30)


def test_after_a_skipped_time_the_next_one_is_that_of_the_next_day():
    struck = next_cut_off(at("2026-03-29T03:15"), time(2, 30), EVERY_DAY)
    assert struck == at("2026-03-29T03:30")
    assert next_cut_off(struck, time(2, 30), EVERY_DAY) == at("2026-03-30T02:30")


@pytest.mark.parametrize("sunday", ["2026-10-25", "2027-10-31"])
@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_that_comes_twice_strikes_the_first_time(sunday, fold):
    twice = time(2, 30, fold=fold)
    struck = next_cut_off(at(f"{sunday}T00:00"), twice, EVERY_DAY)
    assert struck.isoformat() == f"{sunday}T00:30:00+00:00"
    second = at(f"{sunday}T02:30", fold=1)
    assert struck < second
    assert next_cut_off(struck, twice, EVERY_DAY) > second


@given(moments, cut_offs, calendars)
def test_the_cut_off_is_the_first_one_after(after, cut_off, calendar):
    struck = next_cut_off(after, cut_off, calendar)
    assert struck > after
    assert struck.tzinfo is UTC
    day = after.astimezone(PARIS).date()
    while day < (last := struck.astimezone(PARIS).date()):
        missed = calendar.is_worked(day) and datetime.combine(day, cut_off, PARIS).astimezone(UTC) > after
        assert not missed
        day += timedelta(days=1)
    assert calendar.is_worked(last)
    assert datetime.combine(last, cut_off, PARIS).astimezone(UTC) == struck


@given(moments, st.timedeltas(timedelta(), timedelta(days=9)), cut_offs, calendars)
def test_a_later_moment_has_no_earlier_cut_off(after, later, cut_off, calendar):
    assert next_cut_off(after + later, cut_off, calendar) >= next_cut_off(after, cut_off, calendar)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-25T10:00", "2026-11-26T10:00"),
        ("2026-11-27T18:00", "2026-11-30T18:00"),  # Friday
        ("2026-11-28T10:00", "2026-12-01T00:00"),  # Saturday: the clock starts on Monday
        ("2026-11-29T23:59", "2026-12-01T00:00"),
        ("2026-11-27T00:00", "2026-11-28T00:00"),  # the whole Friday
        ("2026-04-03T18:00", "2026-04-07T18:00"),  # Easter Monday
        ("2026-04-30T18:00", "2026-05-04T18:00"),  # 1 May, a Friday
        ("2027-04-30T18:00", "2027-05-03T18:00"),  # 1 May, a Saturday
        ("2026-05-13T18:00", "2026-05-15T18:00"),  # Ascension
        ("2026-12-24T18:00", "2026-12-28T18:00"),  # 25 December, a Friday
        ("2027-12-24T18:00", "2027-12-27T18:00"),  # 25 December, a Saturday
        ("2028-12-25T18:00", "2028-12-27T00:00"),  # 25 December, a Monday
        ("2026-12-31T18:00", "2027-01-04T18:00"),
        ("2026-03-27T18:00", "2026-03-30T18:00"),  # the clock changes on the Sunday between
        ("2026-10-23T18:00", "2026-10-26T18:00"),
        ("2027-03-26T18:00", "2027-03-30T18:00"),  # on Easter Sunday
        ("2027-10-29T18:00", "2027-11-02T18:00"),  # the day before All Saints
    ],
)
def test_the_promise_counts_the_hours_of_worked_days(asked, due):
    assert promise_due(at(asked), 24, MON_FRI) == at(due)


@pytest.mark.parametrize(
    ("asked", "bridge", "due"),
    [
        ("2026-05-13T18:00", "2026-05-15", "2026-05-18T18:00"),  # between Ascension and the weekend
        ("2026-07-10T18:00", "2026-07-13", "2026-07-15T18:00"),  # between a weekend and 14 July
        ("2026-12-23T18:00", "2026-12-24", "2026-12-28T18:00"),
        ("2026-12-31T09:00", "2026-12-31", "2027-01-05T00:00"),
    ],
)
def test_the_promise_waits_while_the_shop_is_closed(asked, bridge, due):
    assert promise_due(at(asked), 24, closed(bridge)) == at(due)


@pytest.mark.parametrize(
    ("asked", "warned"),
    [
        ("2026-11-25T10:00", "2026-11-26T06:00"),
        ("2026-11-27T18:00", "2026-11-30T14:00"),
        ("2026-11-28T10:00", "2026-11-30T20:00"),
        ("2026-11-27T04:00", "2026-11-28T00:00"),
    ],
)
def test_the_alert_comes_after_20_of_the_24_hours(asked, warned):
    assert promise_due(at(asked), 20, MON_FRI) == at(warned)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-28T18:00", "2026-03-29T19:00"),
        ("2027-03-27T18:00", "2027-03-28T19:00"),
        ("2026-10-24T18:00", "2026-10-25T17:00"),
        ("2027-10-30T18:00", "2027-10-31T17:00"),
    ],
)
def test_a_day_of_a_clock_change_counts_the_hours_that_pass(asked, due):
    assert promise_due(at(asked), 24, EVERY_DAY) == at(due)


def test_a_worked_sunday_of_a_clock_change_has_23_or_25_hours():
    sundays = WorkingDays.parse("sun")
    for sunday, following, hours in [
        ("2026-03-29", "2026-03-30", 23),
        ("2026-10-25", "2026-10-26", 25),
        ("2027-10-31", "2027-11-01", 25),
        ("2027-03-28", "2027-03-29", 23),
    ]:
        assert worked_time_between(at(sunday), at(following), sundays) == timedelta(hours=hours)
    assert promise_due(at("2026-03-29"), 24, sundays) == at("2026-04-05T01:00"), "an hour of the next Sunday"
    assert promise_due(at("2026-10-25"), 24, sundays) == at("2026-10-25T23:00")


@given(moments, hours_promised, calendars)
def test_when_the_promise_is_due_its_hours_have_passed_and_not_before(asked, hours, calendar):
    due = promise_due(asked, hours, calendar)
    assert due.tzinfo is UTC
    assert due >= asked + timedelta(hours=hours)
    assert worked_time_between(asked, due, calendar) == timedelta(hours=hours)
    assert worked_time_between(asked, due - timedelta.resolution, calendar) < timedelta(hours=hours)


@given(moments, st.timedeltas(timedelta(), timedelta(days=9)), hours_promised, hours_promised, calendars)
def test_who_asks_later_or_for_more_hours_has_no_earlier_promise(asked, later, hours, more, calendar):
    due = promise_due(asked, hours, calendar)
    assert promise_due(asked + later, hours, calendar) >= due
    assert promise_due(asked, hours + more, calendar) > due


@given(moments, st.integers(0, 9 * 24 * 4), calendars)
def test_worked_time_is_the_quarters_of_an_hour_that_begin_on_worked_days(start, quarters, calendar):
    start = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    passed = (start + QUARTER * count for count in range(quarters))
    worked = sum(calendar.is_worked(moment.astimezone(PARIS).date()) for moment in passed)
    assert worked_time_between(start, start + QUARTER * quarters, calendar) == QUARTER * worked


@given(moments, moments, moments, calendars)
def test_worked_time_adds_up_in_any_order(one, two, three, calendar):
    way = worked_time_between(one, two, calendar) + worked_time_between(two, three, calendar)
    assert way == worked_time_between(one, three, calendar)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-27T18:00", "2026-11-30T09:00", 15),
        ("2026-11-28T10:00", "2026-11-29T10:00", 0),
        ("2026-12-24T12:00", "2026-12-28T12:00", 24),
        ("2026-11-30T09:00", "2026-11-27T18:00", -15),
        ("2026-03-27T12:00", "2026-03-30T12:00", 24),
        ("2026-11-27T18:00", "2026-11-27T18:00", 0),
    ],
)
def test_the_age_of_a_letter_counts_worked_days_only(start, end, hours):
    assert worked_time_between(at(start), at(end), MON_FRI) == timedelta(hours=hours)


def test_moments_given_in_paris_are_counted_as_moments():
    start, end = datetime(2026, 10, 25, tzinfo=PARIS), datetime(2026, 10, 25, 12, tzinfo=PARIS)
    assert worked_time_between(start, end, EVERY_DAY) == timedelta(hours=13)
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1))
    assert worked_time_between(first, second, EVERY_DAY) == timedelta(hours=1)


NAIVE = datetime(2026, 11, 27, 10)  # noqa: DTZ001 (what is refused)
AWARE = NAIVE.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: next_cut_off(NAIVE, CUT_OFF, MON_FRI),
        lambda: promise_due(NAIVE, 24, MON_FRI),
        lambda: worked_time_between(NAIVE, AWARE, MON_FRI),
        lambda: worked_time_between(AWARE, NAIVE, MON_FRI),
    ],
)
def test_a_moment_without_a_zone_is_refused(ask):
    with pytest.raises(ValueError, match="a moment needs a time zone"):
        ask()


def test_a_cut_off_in_another_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        next_cut_off(AWARE, CUT_OFF.replace(tzinfo=UTC), MON_FRI)


@pytest.mark.parametrize("hours", [0, -1, float("nan")])
def test_a_promise_of_no_time_is_refused(hours):
    with pytest.raises(ValueError, match=r"more than no time|NaN"):
        promise_due(AWARE, hours, MON_FRI)
