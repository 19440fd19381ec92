"""Until when a provisional password works (design §5): 21 days in metropolitan France, 30 overseas and abroad.

The date is printed before the letter is posted, so it counts from the day of the batch; the promise on paper and the
days from posting are both kept: the later date holds.
"""

from datetime import UTC, date, datetime, time, timedelta

from shared.contracts.paris import PARIS, day_in_paris
from shared.contracts.postal_zone import PostalZone

_DAYS = {PostalZone.METROPOLITAN: 21, PostalZone.OVERSEAS: 30, PostalZone.ABROAD: 30}
LONGEST = timedelta(days=max(_DAYS.values()) + 1)
"""After posting, no letter works any more: its last day is included."""


def last_day(day: date, zone: PostalZone) -> date:
    """Last day of validity, included, counted from ``day``."""
    return day + timedelta(days=_DAYS[zone])


def end_of_day(day: date) -> datetime:
    """The last second of a day in Paris, as UTC: still that day for whoever shows it in Paris time."""
    return datetime.combine(day, time(23, 59, 59), PARIS).astimezone(UTC)


def valid_until(printed: date, posted_at: datetime, zone: PostalZone) -> datetime:
    """End (UTC) of the printed day, or of the last day counted from posting, whichever is later."""
    return end_of_day(max(printed, last_day(day_in_paris(posted_at), zone)))
