"""Whether a new letter may be made for a person, and why not (design §5, *letters*)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registration.outcome import Outcome
from shared.contracts.events import LetterPurpose


@dataclass(frozen=True)
class Answer:
    """``outcome`` is the reason; ``not_before`` is when the same question gets a yes, None when time won't change it.
    ``purpose`` is what the letter opens."""

    outcome: Outcome
    not_before: datetime | None = None
    purpose: LetterPurpose = "activation"

    @property
    def allowed(self) -> bool:
        """Whether a letter may be made."""
        return self.outcome is Outcome.LETTER


@dataclass(frozen=True)
class LetterPolicy:
    """Letters at least ``apart``, at most ``most`` in any ``window``, whatever they are for.

    Those asked for until the account was frozen don't count: freezing has made them void, so that strangers who ask for
    letters can't keep the owner from the one that opens the account anew.

    Once the account is confirmed there is one for recovery only. An account activated but not confirmed may have an
    ordinary letter: it is the way out of a mistyped e-mail address, also for who asked for recovery.
    """

    apart: timedelta = timedelta(hours=24)
    window: timedelta = timedelta(days=30)
    most: int = 4

    def answer(
        self,
        now: datetime,
        earlier: Sequence[datetime],
        *,
        account_confirmed: bool,
        purpose: LetterPurpose,
        frozen_at: datetime | None = None,
    ) -> Answer:
        """``earlier``: times of the person's requests that made a letter, in any order; those before the window may
        be left out. ``purpose``: what is asked for. ``frozen_at``: when the account was last frozen. Times are aware."""
        if account_confirmed and purpose == "activation":
            return Answer(Outcome.ACCOUNT_OPEN)
        since = max(now - self.window, frozen_at) if frozen_at else now - self.window
        recent = sorted(time for time in earlier if time > since)
        if len(recent) >= self.most:
            return Answer(Outcome.TOO_MANY, max(recent[-self.most] + self.window, recent[-1] + self.apart))
        if recent and now < recent[-1] + self.apart:
            return Answer(Outcome.TOO_SOON, recent[-1] + self.apart)
        return Answer(Outcome.LETTER, purpose="recovery" if account_confirmed else "activation")
