"""The staff's journal: who came in, who was refused and why, who made or changed an account; never with what secret."""

from enum import StrEnum
from uuid import UUID

from activation.staff.models import StaffJournal
from shared.database.unit_of_work import UnitOfWork


class Kind(StrEnum):
    """What a line tells."""

    CREATED = "created"
    RESET = "reset"
    DISABLED = "disabled"
    SIGNED_IN = "signed-in"
    REFUSED = "refused"
    PASSWORD_CHOSEN = "password-chosen"  # noqa: S105 (a kind of line)
    SIGNED_OUT = "signed-out"


class Reason(StrEnum):
    """Why a sign-in was refused: for the journal alone, the page says one thing for all of them."""

    UNKNOWN = "unknown-login"
    DISABLED = "disabled"
    PASSWORD = "password"  # noqa: S105
    CODE = "code"
    CODE_USED = "code-used"
    CHANGED = "changed-meanwhile"
    UNREADABLE = "secret-unreadable"
    """Its key is no longer in the ring: only a reset helps."""
    BLOCKED = "blocked"


def note(
    work: UnitOfWork,
    kind: Kind,
    staff_id: UUID | None,
    *,
    subject: str | None = None,
    reason: Reason | None = None,
    done_by: str | None = None,
) -> None:
    """Append a line about an account; or, where there is none, about the keyed fingerprint of what was typed."""
    line = StaffJournal(
        at=work.now, kind=kind, staff_id=staff_id, subject=None if staff_id else subject, reason=reason, done_by=done_by
    )
    work.session.add(line)
