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


def note(work: UnitOfWork, kind: Kind, account: Account | None = None, *, subject: str | None = None) -> None:
    """Append a line about an account; or, where there is none, about the keyed fingerprint of a number or address."""
    account_id = account.id if account else None
    person_id = account.person_id if account else None
    note_ids(work, kind, account_id, person_id, subject)


def note_ids(
    work: UnitOfWork, kind: Kind, account_id: UUID | None, person_id: UUID | None, subject: str | None = None
) -> None:
    """Append a line when only the ids are at hand."""
    line = SecurityEvent(at=work.now, kind=kind, account_id=account_id, person_id=person_id, subject=subject)
    work.session.add(line)
