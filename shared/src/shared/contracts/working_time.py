"""Cut-off times, promises and ages that count worked days only (decision 0050).

A worked day is one of Paris, from midnight to midnight; its hours are those that pass, so that the day of a clock change
has 23 or 25. Moments are aware, and given back in UTC.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from shared.contracts.paris import PARIS, day_in_paris
from shared.contracts.working_days import WorkingDays

PROMISE_HOURS = 24.0
"""Of worked time, from a request to the mail that says that its letter has left (design §5)."""


def next_cut_off(after: datetime, at: time, days: WorkingDays) -> datetime:
    """The first moment after another at which the clock in Paris strikes ``at`` on a worked day.

    Where clocks change (RFC 5545, 3.3.5): a time that is skipped counts by the clock of before, 02:30 strikes when it is
    03:30; a time that comes twice strikes the first time.

    Raises:
        ValueError: ``after`` has no time zone, or ``at`` has one.
    """
    if at.tzinfo is not None:
        raise ValueError("a cut-off time is one of Paris: it is given without a time zone")
    after = _utc(after)
    strikes = (_in_utc(day, at) for day in days.from_day(day_in_paris(after)))
    return next(strike for strike in strikes if strike > after)


def promise_due(requested_at: datetime, hours: float, days: WorkingDays) -> datetime:
    """The moment at which so many hours of worked days have passed since a request: until then the promise is kept.

    The clock stands still on days that are not worked. What ends with a worked day is due at that midnight, and not when
    the next one begins. The alert before a breach is the same with fewer hours: 20 of 24 (design §5).

    Raises:
        ValueError: ``requested_at`` has no time zone, or no time is promised.
    """
    left = timedelta(hours=hours)
    if left <= timedelta():
        raise ValueError("a promise needs more than no time")
    stretches = _worked_from(_utc(requested_at), days)
    begin, end = next(stretches)
    while left > end - begin:
        left -= end - begin
        begin, end = next(stretches)
    return begin + left


def worked_time_between(start: datetime, end: datetime, days: WorkingDays) -> timedelta:
    """How much time of worked days passes from ``start`` to ``end``; less than none when ``end`` is the earlier one.

    Raises:
        ValueError: a moment has no time zone.
    """
    start, end = _utc(start), _utc(end)
    if end < start:
        return -worked_time_between(end, start, days)
    stretches = takewhile(lambda stretch: stretch[0] < end, _worked_from(start, days))
    return sum((min(until, end) - begin for begin, until in stretches), timedelta())


def _worked_from(start: datetime, days: WorkingDays) -> Iterator[tuple[datetime, datetime]]:
    """Begin and end of each worked day from a moment on, what is over of the first one left out."""
    for day in days.from_day(day_in_paris(start)):
        yield max(start, _in_utc(day, time())), _in_utc(day + timedelta(days=1), time())


def _in_utc(day: date, local: time) -> datetime:
    # fold 0 is what RFC 5545 says of skipped and repeated times
    return datetime.combine(day, local.replace(fold=0), PARIS).astimezone(UTC)


def _utc(moment: datetime) -> datetime:
    # in UTC, since moments of one zone are compared and subtracted by the wall clock
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
