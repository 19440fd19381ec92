"""The calendar that letters, desks and terms go by."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def day_in_paris(moment: datetime) -> date:
    """The day that the calendar shows there. ``moment`` is aware."""
    return moment.astimezone(PARIS).date()
