"""What a space itself says of its account, where the timeline says nothing: it is younger than some spaces, and it forgets."""

from collections.abc import Sequence
from datetime import datetime

from member_space.timeline.letter_state import OF_ACCOUNT
from member_space.timeline.moment import Moment
from member_space.timeline.words import sentence


def told_by_space(moments: Sequence[Moment], opened_at: datetime, closed_at: datetime | None) -> Sequence[Moment]:
    """Entries to be read besides those of the timeline; the times of the space are aware.

    A closing counts in any case. An opening does only where no entry says what became of the account: it is the time when
    this service heard of it, which may be after a freezing that it heard of late.
    """
    if closed_at is not None:
        return [_moment("account-closed", closed_at)]
    if any(one.kind in OF_ACCOUNT for one in moments):
        return []
    return [_moment("email-confirmed", opened_at)]


def _moment(kind: str, at: datetime) -> Moment:
    return Moment(at, kind, sentence(kind, {}), {})
