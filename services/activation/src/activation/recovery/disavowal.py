"""« Ce n’était pas moi »: a link of ten days that freezes the account (design §5; login.gov's disavowal)."""

from datetime import datetime, timedelta
from enum import StrEnum

from activation.models import DisavowalToken

LIFETIME = timedelta(days=10)


class Report(StrEnum):
    """What a link is good for."""

    UNKNOWN = "unknown"
    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"


def report_state(link: DisavowalToken | None, now: datetime) -> Report:
    """What a link is good for at that time. Plain rule."""
    if link is None:
        return Report.UNKNOWN
    if link.used_at is not None:
        return Report.USED
    return Report.OPEN if now < link.expires_at else Report.EXPIRED
