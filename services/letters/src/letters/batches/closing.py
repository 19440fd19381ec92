"""When a batch closes, and by when the print shop is to have done what with it: plain rules over the calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.contracts.paris import day_in_paris
from shared.contracts.working_days import WorkingDays
from shared.contracts.working_time import next_cut_off, promise_due, worked_time_between

LATE = timedelta(minutes=30)
"""A batch that the cut-off closes is made some moments later, and goes with that day's post all the same."""


@dataclass(frozen=True)
class ClosingRules:
    """``most`` letters in a batch; ``max_age``: how long one waits, in worked time; ``cut_off``: time of day in Paris by
    which the print shop must have what leaves the same day. A day counts when the mutual and the shop both work."""

    most: int
    max_age: timedelta
    cut_off: time
    days: WorkingDays
    taken_within: timedelta
    """Worked time from a batch's offer until it is offered again, should nobody have taken it."""

    def is_due(self, waiting_since: Sequence[datetime], now: datetime) -> bool:
        """Whether a batch of letters that have waited since those times closes now: it is full, one has waited long
        enough, or the cut-off has struck since the first of them came."""
        if not waiting_since:
            return False
        oldest = min(waiting_since)
        return (
            len(waiting_since) >= self.most
            or next_cut_off(oldest, self.cut_off, self.days) <= now
            or (self._is_open(now) and worked_time_between(oldest, now, self.days) >= self.max_age)
        )

    def post_on(self, closed_at: datetime) -> date:
        """The day on which a batch is to be handed to the post: that of the first cut-off that it is in time for."""
        return day_in_paris(next_cut_off(closed_at - LATE, self.cut_off, self.days))

    def taken_by(self, offered_at: datetime) -> datetime:
        """Until when it is awaited that the print shop takes a batch."""
        return promise_due(offered_at, self.taken_within.total_seconds() / 3600, self.days)

    def _is_open(self, now: datetime) -> bool:
        return self.days.is_worked(day_in_paris(now))
