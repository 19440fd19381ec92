"""When a mandate holds, how long it may, and when its end is announced. Plain rules, no I/O."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from member_space.access.scopes import Scope
from member_space.mandates.models import Mandate
from shared.contracts.paris import PARIS, day_in_paris

DURATIONS = {1: "1 jour", 31: "1 mois", 182: "6 mois", 365: "1 an"}
"""Days after the day of the invitation → as they are read (design §5; Aidants Connect, identity.md §1)."""
MOST_OPEN = 5
"""Mandates and invitations of one grantor at once."""
MOST_A_DAY = 10
"""Invitations of one grantor in 24 hours, withdrawn ones included: nobody sends mails to strangers in bulk."""
INVITATION = timedelta(days=14)
"""Whoever has no account yet waits for a posted letter first."""
REMINDERS = ((31, 3), (32, 30))
"""(days that a mandate lasts, at least; days before the last one on which the grantor is reminded), shortest first."""


class State(StrEnum):
    """What has become of a mandate."""

    INVITED = "invited"
    ACTIVE = "active"
    EXPIRED = "expired"
    """The invitation, without an answer."""
    ENDED = "ended"
    """By somebody."""
    OVER = "over"
    """By its last day."""

    @property
    def is_open(self) -> bool:
        """Whether it lets somebody in, or may still."""
        return self in {State.INVITED, State.ACTIVE}


def holds(mandate: Mandate, today: date) -> bool:
    """Accepted, not ended by anybody, and its last day (in Paris) is not over."""
    return mandate.accepted_at is not None and mandate.ended_at is None and today <= mandate.ends_on


def state_of(mandate: Mandate, now: datetime) -> State:
    """What has become of it at that time (aware)."""
    if mandate.ended_at is not None:
        return State.ENDED
    if mandate.accepted_at is not None:
        return State.ACTIVE if holds(mandate, day_in_paris(now)) else State.OVER
    return State.INVITED if now < mandate.invitation_ends_at else State.EXPIRED


def scopes_of(mandate: Mandate) -> frozenset[Scope]:
    """What it allows; a scope that no longer exists allows nothing."""
    return frozenset(scope for scope in Scope if scope in mandate.scopes)


def last_day(now: datetime, days: int) -> date:
    """Of a mandate that is proposed now: whoever gives one day gives the whole next day."""
    return day_in_paris(now) + timedelta(days=days)


def invitation_end(now: datetime, ends_on: date) -> datetime:
    """``INVITATION`` later, but not beyond the mandate itself (aware)."""
    midnight = datetime.combine(ends_on + timedelta(days=1), time(), PARIS)
    return min(now + INVITATION, midnight)
