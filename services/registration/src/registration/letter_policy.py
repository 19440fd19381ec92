"""Whether a new letter may be made for a person, and why not (design §5, *letters*)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registration.outcome import Outcome
from shared.contracts.events import LetterPurpose

RIGHT_ADDRESS = frozenset({"refused", "unclaimed"})
"""Reasons of the post that say nothing against the address: somebody there would not have the letter, or did not fetch it."""


@dataclass(frozen=True)
class PastLetter:
    """A letter that was asked for; times are aware. ``return_reason``: a code of ``LetterReturned``, empty until it came back.
    ``same_address``: it went where the next one would go."""

    requested_at: datetime
    posted_at: datetime | None = None
    return_reason: str = ""
    same_address: bool = False

    @property
    def counts(self) -> bool:
        """Not once it came back from where the person is no longer written to: it reached nobody, and who had their address
        corrected waits no more. From the present address it does, or who refuses letters could have any number made."""
        return not self.return_reason or self.same_address

    @property
    def shows_wrong_address(self) -> bool:
        """Whether the next one would only come back, too."""
        return self.same_address and self.return_reason not in {"", *RIGHT_ADDRESS}


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

    None to an address from which the newest one that was posted came back, until the register has another.

    Once the account is confirmed there is one for recovery only. An account activated but not confirmed may have an
    ordinary letter: it is the way out of a mistyped e-mail address, also for who asked for recovery.
    """

    apart: timedelta = timedelta(hours=24)
    window: timedelta = timedelta(days=30)
    most: int = 4

    def answer(
        self,
        now: datetime,
        letters: Sequence[PastLetter],
        *,
        account_confirmed: bool,
        purpose: LetterPurpose,
        frozen_at: datetime | None = None,
    ) -> Answer:
        """``letters``: those of the person, in any order; of those before the window only the newest posted one matters.
        ``purpose``: what is asked for. ``frozen_at``: when the account was last frozen. Times are aware."""
        if account_confirmed and purpose == "activation":
            return Answer(Outcome.ACCOUNT_OPEN)
        newest = max(((one.posted_at, one.shows_wrong_address) for one in letters if one.posted_at), default=None)
        if newest is not None and newest[1]:
            return Answer(Outcome.ADDRESS_RETURNED)
        since = max(now - self.window, frozen_at) if frozen_at else now - self.window
        recent = sorted(one.requested_at for one in letters if one.counts and one.requested_at > since)
        if len(recent) >= self.most:
            return Answer(Outcome.TOO_MANY, max(recent[-self.most] + self.window, recent[-1] + self.apart))
        if recent and now < recent[-1] + self.apart:
            return Answer(Outcome.TOO_SOON, recent[-1] + self.apart)
        return Answer(Outcome.LETTER, purpose="recovery" if account_confirmed else "activation")
