"""What a link to choose a new password is good for, and how often one is sent (design §5). Plain rules, no I/O."""

from datetime import datetime, timedelta
from enum import StrEnum

from activation.recovery.models import ResetToken
from shared.database.throttle import Rate

LIFETIME = timedelta(minutes=60)
WRONG_ANSWERS = 3
"""To the secret question: they end the link; a letter is the way without the answer."""

APART = Rate(1, timedelta(minutes=3))
PER_HOUR, HOURLY = 5, Rate(1, timedelta(hours=1))
"""Mails to one address, known or not: 3 minutes apart, and each of the five places of an hour is free again after one. Over
that no mail leaves, and the links already sent go on."""


class Link(StrEnum):
    """What a link is good for."""

    UNKNOWN = "unknown"
    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"
    ENDED = "ended"
    """Overtaken: password, question or address were changed, or the account was frozen."""
    GUESSED = "guessed"
    """Too many wrong answers."""


def link_state(link: ResetToken | None, now: datetime) -> Link:
    """What a link is good for at that time."""
    if link is None:
        return Link.UNKNOWN
    if link.used_by is not None:
        return Link.USED
    if link.ended_at is not None:
        return Link.ENDED
    if link.wrong_answers >= WRONG_ANSWERS:
        return Link.GUESSED
    return Link.OPEN if now < link.expires_at else Link.EXPIRED


def may_choose(link: ResetToken | None, visitor: bytes, now: datetime) -> bool:
    """Whether the browser with that digest of its visitor cookie may choose the password: it gave the answer itself."""
    return link is not None and link_state(link, now) is Link.OPEN and link.answered_by == visitor
