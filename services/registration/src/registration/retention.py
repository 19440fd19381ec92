"""What this service keeps how long (design §5, *retention*)."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col

from registration import followed, tracking
from registration.letter_policy import LetterPolicy
from registration.models import AccountRequest, AccountState, AddressChange, IdentifierRequest, UsedCaptcha
from registration.outcome import Outcome
from registration.reminder_policy import ReminderPolicy
from registration.settings import Settings
from shared.database.retention import Rule

LATE = timedelta(days=365)
"""For a row that only says which of two events came later: none is told so much later than it happened."""


def rules(settings: Settings) -> tuple[Rule, ...]:
    """The terms of these settings."""
    made_a_letter = col(AccountRequest.outcome) == Outcome.LETTER
    return (
        Rule(
            "failed-requests", "requests for an account that made no letter", AccountRequest,
            col(AccountRequest.requested_at), timedelta(days=settings.failed_requests_kept_days), (~made_a_letter,),
        ),
        Rule(
            "letter-requests", "requests for an account that made a letter", AccountRequest,
            col(AccountRequest.requested_at), timedelta(days=settings.letter_requests_kept_days), (made_a_letter,),
        ),
        Rule(
            "letter-links", "of letters: the digest of the link, the address for news that it unlocks, the place, masked",
            AccountRequest, func.coalesce(AccountRequest.posted_at, col(AccountRequest.requested_at) + tracking.WAITING),
            tracking.KEPT, (col(AccountRequest.tracking_digest).is_not(None),), erased=followed.ERASED,
        ),
        Rule(
            "identifier-requests", "that somebody asked for an identifier", IdentifierRequest,
            col(IdentifierRequest.requested_at), ReminderPolicy().window,
        ),
        Rule(
            "used-captchas", "captchas that were answered, once they have expired", UsedCaptcha,
            col(UsedCaptcha.expires_at), timedelta(0),
        ),
        Rule(
            "address-changes", "when an address was last changed, without the address", AddressChange,
            col(AddressChange.changed_at), LATE,
        ),
        Rule(
            "freezings", "when an account was last frozen", AccountState, col(AccountState.frozen_at),
            LetterPolicy().window, erased={"frozen_at": None},
        ),
        Rule(
            "closed-accounts", "that an account was closed", AccountState, col(AccountState.closed_at), LATE,
            (col(AccountState.activated_at).is_(None), col(AccountState.confirmed_at).is_(None)),
        ),
    )  # fmt: skip


WITHOUT_RULE: Mapping[str, str] = {
    "person": "the back office's register: its exports say who is in it, with what; contract data stays with the mutual",
    "person_number": "keyed fingerprints of the register's numbers; they go with their person",
}
"""Tables with personal data that no rule is for → why."""
