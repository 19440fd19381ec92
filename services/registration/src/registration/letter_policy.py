"""Whether a new letter may be made for a person, and why not (design §5, *letters*)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registration.outcome import Outcome


@dataclass(frozen=True)
class Answer:
    """``outcome`` is the reason; ``not_before`` is when the same question gets a yes, None when time won't change it."""

    outcome: Outcome
    not_before: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether a letter may be made."""
        return self.outcome is Outcome.LETTER


@dataclass(frozen=True)
class LetterPolicy:
    """Letters at least ``apart``, at most ``most`` in any ``window``, none once the account is confirmed.

    An account activated but not confirmed may have a letter: it is the way out of a mistyped e-mail address.
    """

    apart: timedelta = timedelta(hours=24)
    window: timedelta = timedelta(days=30)
    most: int = 4

    def answer(self, now: datetime, earlier: Sequence[datetime], *, account_confirmed: bool) -> Answer:
        """``earlier``: times of the person's requests that made a letter, in any order; those before the window may
        be left out."""
        if account_confirmed:
            return Answer(Outcome.ACCOUNT_OPEN)
        recent = sorted(time for time in earlier if time > now - self.window)
        if len(recent) >= self.most:
            return Answer(Outcome.TOO_MANY, max(recent[-self.most] + self.window, recent[-1] + self.apart))
        if recent and now < recent[-1] + self.apart:
            return Answer(Outcome.TOO_SOON, recent[-1] + self.apart)
        return Answer(Outcome.LETTER)
