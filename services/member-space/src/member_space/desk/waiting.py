"""What waits at the desk: each part that has a work list adds its counter, and the home page shows those of one's role."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from member_space.cases import queries as cases
from member_space.desk.staff_visit import StaffVisit
from member_space.questions import desk_queries as question_queries
from shared.security.assertions import Role


@dataclass(frozen=True)
class Counter:
    """``label`` is followed by the number, for example « Questions sans réponse »; ``path`` leads to the list."""

    path: str
    label: str
    roles: frozenset[Role]
    count: Callable[[StaffVisit], Awaitable[int]]


@dataclass(frozen=True)
class Waiting:
    """A counter's number of now."""

    path: str
    label: str
    count: int


_FOR_CONSEILLERS = frozenset({Role.CONSEILLER, Role.RESPONSABLE})

COUNTERS: list[Counter] = [
    Counter(
        "/gestion/demandes?etat=a-prendre", "Demandes à prendre", _FOR_CONSEILLERS,
        lambda visit: cases.waiting(visit.work.session),
    ),
    Counter(
        "/gestion/demandes?etat=miennes", "Demandes prises par vous", _FOR_CONSEILLERS,
        lambda visit: cases.held(visit.work.session, visit.who.staff_id),
    ),
    Counter(
        "/gestion/questions", "Questions sans réponse", _FOR_CONSEILLERS,
        lambda visit: question_queries.unanswered(visit.work.session),
    ),
]  # fmt: skip
"""In the order of the page. A part of the desk adds its counter here."""


async def waiting_for(visit: StaffVisit) -> Sequence[Waiting]:
    """What waits for the one who is there, nothing left out: zero is an answer, too."""
    own = [one for one in COUNTERS if visit.who.role in one.roles]
    return [Waiting(one.path, one.label, await one.count(visit)) for one in own]
