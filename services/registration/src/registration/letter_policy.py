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

    Once the account is confirmed there is one for recovery only. An account activated but not confirmed may have an
    ordinary letter: it is the way out of a mistyped e-mail address, also for who asked for recovery.
    """

    apart: timedelta = timedelta(hours=24)
    window: timedelta = timedelta(days=30)
    most: int = 4

    def answer(
        self, now: datetime, earlier: Sequence[datetime], *, account_confirmed: bool, purpose: LetterPurpose
    ) -> Answer:
        """``earlier``: times of the person's requests that made a letter, in any order; those before the window may
        be left out. ``purpose``: what is asked for."""
        if account_confirmed and purpose == "activation":
            return Answer(Outcome.ACCOUNT_OPEN)
        recent = sorted(time for time in earlier if time > now - self.window)
        if len(recent) >= self.most:
            return Answer(Outcome.TOO_MANY, max(recent[-self.most] + self.window, recent[-1] + self.apart))
        if recent and now < recent[-1] + self.apart:
            return Answer(Outcome.TOO_SOON, recent[-1] + self.apart)
        return Answer(Outcome.LETTER, purpose="recovery" if account_confirmed else "activation")
