"""Where a thread stands."""

from typing import Literal

from member_space.questions.models import CLOSED, Question

State = Literal["waiting", "answered", "closed"]
WORDS = {"waiting": "En attente de réponse", "answered": "Répondue", "closed": "Close"}


def state_of(question: Question) -> State:
    """``waiting``: for the desk. A closed thread opens again when the member writes in it."""
    if question.state == CLOSED:
        return "closed"
    return "answered" if question.waiting_since is None else "waiting"
