"""The security journal: what happened to an account and when, never with what secret."""

from enum import StrEnum
from uuid import UUID

from activation.models import Account, SecurityEvent
from shared.database.unit_of_work import UnitOfWork


class Kind(StrEnum):
    """What a line tells."""

    ACTIVATED = "activated"
    ACTIVATION_FAILED = "activation-failed"
    LETTERS_VOIDED = "letters-voided"
    ADDRESS_ALREADY_USED = "address-already-used"
    LINK_SENT_AGAIN = "link-sent-again"
    CONFIRMED = "confirmed"
    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGNED_OUT = "signed-out"
    CLOSED = "closed"
    PASSWORD_PROVED = "password-proved"  # noqa: S105 - a kind of line
    RESET_LINK_SENT = "reset-link-sent"
    RESET_REFUSED = "reset-refused"
    """No link left: the account is frozen, or the address is nobody's."""
    SECRET_ANSWER_WRONG = "secret-answer-wrong"  # noqa: S105
    PASSWORD_RESET = "password-reset"  # noqa: S105
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    SECRET_QUESTION_CHANGED = "secret-question-changed"  # noqa: S105
    EMAIL_CHANGE_ASKED = "email-change-asked"
    EMAIL_CHANGED = "email-changed"
    SECOND_FACTOR_ADDED = "second-factor-added"
    SECOND_FACTOR_REMOVED = "second-factor-removed"
    SECOND_FACTOR_FAILED = "second-factor-failed"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    RECOVERY_CODE_USED = "recovery-code-used"
    RECOVERY_LETTER_ASKED = "recovery-letter-asked"
    RECOVERED = "recovered"
    DISAVOWED = "disavowed"
    FROZEN = "frozen"
    SESSION_ENDED = "session-ended"
    """By its owner, from another browser."""
    SESSIONS_ENDED = "sessions-ended"
    NEW_DEVICE = "new-device"
    TERMS_ACCEPTED = "terms-accepted"
    DATA_EXPORTED = "data-exported"


def note(
    work: UnitOfWork,
    kind: Kind,
    account: Account | None = None,
    *,
    subject: str | None = None,
    label: str | None = None,
) -> None:
    """Append a line about an account; or, where there is none, about the keyed fingerprint of a number or address.

    ``label``: the browser in words, of a sign-in.
    """
    account_id = account.id if account else None
    person_id = account.person_id if account else None
    note_ids(work, kind, account_id, person_id, subject, label)


def note_ids(
    work: UnitOfWork,
    kind: Kind,
    account_id: UUID | None,
    person_id: UUID | None,
    subject: str | None = None,
    label: str | None = None,
) -> None:
    """Append a line when only the ids are at hand."""
    line = SecurityEvent(
        at=work.now, kind=kind, account_id=account_id, person_id=person_id, subject=subject, label=label
    )
    work.session.add(line)
