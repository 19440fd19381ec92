"""Writing a line of the journal, in the transaction of what it tells."""

from uuid import UUID, uuid4

from member_space.access.actions import Action
from member_space.journal.models import JournalEntry
from shared.database.unit_of_work import UnitOfWork


def note(
    work: UnitOfWork, action: Action, *, actor: UUID, subject: UUID, mandate: UUID | None = None, about: str = ""
) -> None:
    """``about``: id of what it was done to."""
    work.session.add(
        JournalEntry(
            id=uuid4(), at=work.now, actor_id=actor, subject_id=subject, mandate_id=mandate,
            action=action.key, object_id=about,
        )
    )  # fmt: skip
