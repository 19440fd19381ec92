"""What the staff does with a question, besides answering: take, give back, take over, close.

Each works on a question whose row is locked, so that of several who want the same one a single one gets it.
"""

from uuid import UUID

from member_space.desk.actions import DeskAction, note
from member_space.desk.staff_visit import StaffVisit
from member_space.questions import writing
from member_space.questions.models import CLOSED, Question
from member_space.questions.unseen import unseen_since
from member_space.spaces.models import Space
from shared.web.problem import Problem


def is_mine(visit: StaffVisit, question: Question) -> bool:
    """Whether this one of the staff has taken it: they alone read its messages and write in it."""
    return question.taken_by == visit.who.staff_id


def require_mine(visit: StaffVisit, question: Question) -> None:
    """Raises:
    Problem: 409, somebody else has it, or nobody.
    """
    if not is_mine(visit, question):
        raise Problem(409, "Vous n’avez pas pris cette question", "Rouvrez-la depuis la liste pour voir qui l’a prise.")


def take(visit: StaffVisit, question: Question) -> bool:
    """Take a free question; False when somebody else has it. Taking one's own again changes nothing."""
    if is_mine(visit, question):
        return True
    if question.taken_by is not None:
        return False
    _give_to(visit, question)
    note(visit, DeskAction.TAKE_QUESTION, question.person_id, question.reference)
    return True


def take_over(visit: StaffVisit, question: Question, had: str) -> bool:
    """Take it from who has it, ``had`` being their id as it was shown; False when it is in other hands since then."""
    if is_mine(visit, question):
        return True
    if str(question.taken_by) != had:
        return False
    _give_to(visit, question)
    note(visit, DeskAction.TAKE_OVER_QUESTION, question.person_id, question.reference)
    return True


def release(visit: StaffVisit, question: Question) -> None:
    """Give it back to the list.

    Raises:
        Problem: 409, somebody else has it, or it is closed.
    """
    if question.taken_by is None:
        return
    require_mine(visit, question)
    if question.state == CLOSED:
        raise Problem(409, "Cette question est close", "Elle revient dans la liste si la personne écrit de nouveau.")
    question.taken_by, question.taken_name, question.taken_at = None, "", None
    note(visit, DeskAction.RELEASE_QUESTION, question.person_id, question.reference)


async def close(visit: StaffVisit, space: Space, question: Question, seen: UUID | None) -> bool:
    """Nothing more to say; the member is told, and may open it again by writing. It stays with who closed it.

    False when the member wrote after ``seen``, the last message that was shown: nothing is done.
    """
    require_mine(visit, question)
    if question.state == CLOSED:
        return True
    if await unseen_since(visit.work.session, question, seen) is not None:
        return False
    await writing.close(visit.work, space, question)
    note(visit, DeskAction.CLOSE, question.person_id, question.reference)
    return True


def _give_to(visit: StaffVisit, question: Question) -> None:
    question.taken_by, question.taken_name, question.taken_at = visit.who.staff_id, visit.who.name, visit.work.now
