"""« Où en est mon courrier ? »: what the timeline answers, whatever order its events came in.

The newest request counts, and of its letter what happened last. A letter for recovery is asked for while the account is open:
only its use ends it, or a freezing, which voids letters that were asked for before. Between services clocks may differ by
seconds, so that what can only come after something else counts as later: printed after batched, activated after printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from member_space.timeline.moment import Moment

KINDS = (
    "account-requested", "account-already-open", "account-request-refused", "letter-batched", "letter-parked",
    "letter-printed", "letter-returned", "account-activated", "activation-refused", "email-confirmed", "account-frozen",
    "account-closed",
)  # fmt: skip
"""The entries that it stands on, besides mails of these kinds that say that the letter is posted."""
OF_ACCOUNT = ("account-activated", "email-confirmed", "account-frozen")
"""The newest of these says what became of an account: it is kept for as long as the space is open (``retention.py``)."""
MAIL_KINDS, MAIL = ("mail-sent", "mail-given-up"), "letter-posted"


class Step(Enum):
    """How far a person has come."""

    NOT_ASKED = auto()
    REFUSED = auto()
    """Asked, and no letter is made: there never was one that this timeline knows."""
    REQUESTED = auto()
    BATCHED = auto()
    PARKED = auto()
    DROPPED = auto()
    """Parked so long ago that its service has let go of it."""
    POSTED = auto()
    LATE = auto()
    """Posted so long ago that it should have arrived."""
    RETURNED = auto()
    """The post brought it back: its provisional password is void, whatever else is told of it."""
    EXPIRED = auto()
    VOID = auto()
    ACTIVATED = auto()
    OPEN = auto()
    FROZEN = auto()
    """It was open, and its owner has said of a change « Ce n’était pas moi »."""
    CLOSED = auto()
    """The account is closed, and no letter was asked for since."""


POST_DAYS = 8
"""Days after which a letter counts as late: the post promises 3 working days, overseas some more."""

PARKED_DAYS = 90
"""Days for which ``letters`` keeps a parked letter (its PARKED_LETTERS_KEPT_DAYS; a test holds the default against this)."""


@dataclass(frozen=True)
class LetterState:
    """``since`` None: nothing was asked. ``at`` is the entry that it stands on."""

    step: Step
    since: datetime | None = None
    at: Moment | None = None
    refused_since: Moment | None = None
    """A later request that got no letter: the person has tried again meanwhile."""
    mailed: Moment | None = None
    """The e-mail that says that the letter is posted: sent, or given up."""
    recovery: bool = False
    """The letter opens a confirmed account anew, which stays open meanwhile."""


def letter_state(moments: Sequence[Moment], now: datetime) -> LetterState:
    """The state of a person's newest letter; ``now`` is aware."""
    closed = _newest(moments, "account-closed")
    if closed:  # what was before it is over: a person may ask for an account anew
        moments = [one for one in moments if one.occurred_at > closed.occurred_at]
    requested = _newest(moments, "account-requested")
    letter = _of_newest_request(moments, requested)
    activated, confirmed, frozen = (_newest(moments, kind) for kind in OF_ACCOUNT)
    refused = _newest(moments, "account-request-refused", "account-already-open")
    if closed and not (requested or activated or confirmed):
        return _state(Step.CLOSED, closed, refused)
    recovery = any(one.details.get("purpose") == "recovery" for one in letter)
    begun = requested or (letter[0] if recovery else None)
    activated, confirmed, frozen = _since(begun, activated, confirmed, frozen)
    if frozen and not any(one and one.occurred_at > frozen.occurred_at for one in (activated, confirmed)):
        return _state(Step.FROZEN, frozen, refused)
    if recovery and not activated:
        confirmed = None  # of another address for the account, while the letter is on its way
    if confirmed and not (activated and activated.occurred_at > confirmed.occurred_at):
        return _state(Step.OPEN, confirmed, refused)
    if activated:
        return _state(Step.ACTIVATED, activated, refused)
    if not letter:
        return LetterState(Step.REFUSED, refused.occurred_at, refused) if refused else LetterState(Step.NOT_ASKED)
    step, at = _step(letter, now)
    state = _state(step, at, refused, since=letter[0])
    return replace(state, mailed=_mailed(moments, letter), recovery=recovery)


def _state(step: Step, at: Moment, refused: Moment | None, *, since: Moment | None = None) -> LetterState:
    """``since``: after which a refused request is another one; the entry itself unless told."""
    again = refused if refused and refused.occurred_at > (since or at).occurred_at else None
    return LetterState(step, at.occurred_at, at, again)


def _since(begun: Moment | None, *later: Moment | None) -> list[Moment | None]:
    """The same entries, without those of before."""
    return [one if one and (begun is None or one.occurred_at > begun.occurred_at) else None for one in later]


def _of_newest_request(moments: Sequence[Moment], requested: Moment | None) -> list[Moment]:
    """What was told of the letter of the newest request, oldest first. Its request may be told late, or never."""
    told = [one for one in moments if one.kind in _LETTER and "request_id" in one.details]
    newest = requested or max(told, key=_time, default=None)
    if newest is None:
        return []
    return sorted((one for one in told if one.details["request_id"] == newest.details.get("request_id")), key=_time)


def _step(letter: Sequence[Moment], now: datetime) -> tuple[Step, Moment]:
    returned = _newest(letter, "letter-returned")
    if returned:
        return Step.RETURNED, returned
    refused = _newest(letter, "activation-refused")
    if refused:
        return Step.EXPIRED if refused.details.get("reason") == "letter-expired" else Step.VOID, refused
    printed = _newest(letter, "letter-printed")
    if printed:
        return _on_its_way(printed, now), printed
    made = _newest(letter, "letter-batched", "letter-parked")
    if made and made.kind == "letter-parked":
        return Step.DROPPED if (now - made.occurred_at).days >= PARKED_DAYS else Step.PARKED, made
    if made:
        return Step.BATCHED, made
    return Step.REQUESTED, letter[-1]


def _on_its_way(printed: Moment, now: datetime) -> Step:
    if _moment(printed, "valid_until", now) < now:
        return Step.EXPIRED
    posted = _moment(printed, "posted_at", printed.occurred_at)
    return Step.LATE if (now - posted).days >= POST_DAYS else Step.POSTED


def _mailed(moments: Sequence[Moment], letter: Sequence[Moment]) -> Moment | None:
    printed = _newest(letter, "letter-printed")
    mails = [one for one in moments if one.details.get("template") == MAIL]
    return _newest([one for one in mails if printed and one.occurred_at >= letter[0].occurred_at], *MAIL_KINDS)


def _moment(one: Moment, name: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(one.details[name]) if name in one.details else otherwise


def _newest(moments: Sequence[Moment], *kinds: str) -> Moment | None:
    return max((one for one in moments if one.kind in kinds), key=_time, default=None)


def _time(one: Moment) -> datetime:
    return one.occurred_at


_LETTER = (
    "account-requested", "letter-batched", "letter-parked", "letter-printed", "letter-returned", "activation-refused",
)  # fmt: skip
