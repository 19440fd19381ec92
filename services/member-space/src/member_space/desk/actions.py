"""What one of the staff does about a person, as the journal tells it."""

from datetime import timedelta
from enum import Enum
from uuid import UUID, uuid4

from sqlmodel import col, select

from member_space.desk.staff_visit import StaffVisit
from member_space.journal.models import JournalEntry

ONE_READING = timedelta(minutes=15)
"""For which a reader who opens the same page again leaves one line: more would bury what else the journal tells."""


class DeskAction(Enum):
    """One kind of act; its name in small letters is what the journal keeps, its value follows « Un conseiller … »."""

    TAKE = "a pris en charge la demande"
    RELEASE = "a remis la demande dans la liste"
    ACCEPT = "a accepté la demande"
    REFUSE = "a refusé la demande"
    FULFIL = "a déposé le document demandé"
    READ_CASE = "a consulté le contenu de la demande"
    READ_CASE_FILE = "a téléchargé une pièce jointe de la demande"
    SHOW_PERSON = "a affiché les données personnelles"
    TAKE_OVER = "a repris la demande qu’un autre conseiller avait prise en charge"
    READ_JOURNEY = "a consulté le parcours"
    TAKE_QUESTION = "a pris en charge une question"
    RELEASE_QUESTION = "a remis une question dans la liste"
    TAKE_OVER_QUESTION = "a repris une question qu’un autre conseiller avait prise en charge"
    READ_QUESTION = "a lu une question et ses messages"
    READ_ATTACHMENT = "a téléchargé une pièce jointe d’une question"
    ANSWER = "a répondu à une question"
    CLOSE = "a clos une question"
    RETURN_LETTER = "a enregistré le retour d’un courrier"

    @property
    def key(self) -> str:
        """``desk_take``."""
        return f"desk_{self.name.lower()}"


def note(visit: StaffVisit, action: DeskAction, subject: UUID, about: str = "") -> None:
    """Add a line to the journal of a person's space, in the transaction of what it tells; ``about``: an id."""
    visit.work.session.add(
        JournalEntry(
            id=uuid4(), at=visit.work.now, actor_id=visit.who.staff_id, subject_id=subject, staff=True,
            action=action.key, object_id=about,
        )
    )  # fmt: skip


async def note_reading(visit: StaffVisit, action: DeskAction, subject: UUID, about: str = "") -> None:
    """``note``, unless the same reader has left this line within ``ONE_READING``."""
    query = select(JournalEntry.id).where(
        col(JournalEntry.subject_id) == subject,
        col(JournalEntry.at) > visit.work.now - ONE_READING,
        col(JournalEntry.actor_id) == visit.who.staff_id,
        col(JournalEntry.action) == action.key,
        col(JournalEntry.object_id) == about,
    )
    if (await visit.work.session.scalars(query.limit(1))).first() is None:
        note(visit, action, subject, about)
