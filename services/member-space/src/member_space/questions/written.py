"""What somebody wrote, and who."""

from dataclasses import dataclass, field
from uuid import UUID

from member_space.access.space_visit import SpaceVisit
from member_space.desk.staff_visit import StaffVisit
from member_space.questions.rules import staff_shown
from shared.files.checking import CheckedFile
from shared.web.french import NBSP, polite_name


@dataclass(frozen=True)
class Author:
    """``id``: person or staff account; ``shown``: as the other side reads it."""

    id: UUID
    shown: str


@dataclass(frozen=True)
class Written:
    """A message that was checked, and the submission it came by."""

    text: str
    submission_id: UUID
    files: tuple[CheckedFile, ...] = field(default=())


def author_in_space(visit: SpaceVisit) -> Author:
    """The person; or the delegate under the name that the grantor gave, saying for whom."""
    space = visit.space
    owner = polite_name(space.civility, space.given_name, space.family_name)
    if visit.mandate is None:
        return Author(visit.actor, owner)
    return Author(visit.actor, f"{visit.mandate.given_name}{NBSP}{visit.mandate.family_name}, pour {owner}")


def author_at_desk(visit: StaffVisit) -> Author:
    """One of the staff."""
    return Author(visit.who.staff_id, staff_shown(visit.who.name))
