"""Who of the staff is at the desk, and with which role: the one parameter that every route of ``/gestion`` has.

    @router.get("/gestion/questions")
    async def questions(request: Request, visit: ForConseillers) -> Response: ...

``declared_roles.require`` refuses to start with a route of ``/gestion`` that has none.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from member_space.access.one_request import admitted
from shared.contracts.paris import day_in_paris
from shared.database.unit_of_work import UnitOfWork
from shared.security.assertions import Role, StaffSignedIn, verify_staff
from shared.web.problems import Problem

NOT_YOURS = "Cette page n’est pas ouverte à votre rôle"
ASK = "Si vous en avez besoin pour votre travail, parlez-en à votre responsable."


@dataclass(frozen=True)
class StaffVisit:
    """A request of one of the staff, and its unit of work: what it does and the use of its assertion are one."""

    who: StaffSignedIn
    work: UnitOfWork

    @property
    def today(self) -> date:
        """In Paris."""
        return day_in_paris(self.work.now)


class Allowed:
    """The dependency that lets some roles pass."""

    def __init__(self, *roles: Role) -> None:
        if not roles:
            raise ValueError("a route of the desk is for somebody")
        self.roles = with_responsable(frozenset(roles))

    async def __call__(self, request: Request) -> AsyncIterator[StaffVisit]:
        """Who it is, and the unit of work that is committed before the answer leaves.

        Raises:
            Problem: 401 and 503 as for members (``one_request.admitted``); 403 for another role.
        """
        async with admitted(request, verify_staff) as (who, work):
            if who.role not in self.roles:
                raise Problem(403, NOT_YOURS, ASK)
            yield StaffVisit(who, work)


def with_responsable(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles that a declaration means: a ``responsable`` may do all that a ``conseiller`` may.

    ``exploitation`` stands apart: it is in no other role, and no other role is in it.
    """
    return roles | {Role.RESPONSABLE} if Role.CONSEILLER in roles else roles


# ended with the route, not after the answer: nobody sees what is not committed
ForConseillers = Annotated[StaffVisit, Depends(Allowed(Role.CONSEILLER), scope="function")]
"""Who answers members, and their ``responsable``: pages that hold personal data are for them alone."""
ForResponsables = Annotated[StaffVisit, Depends(Allowed(Role.RESPONSABLE), scope="function")]
ForExploitation = Annotated[StaffVisit, Depends(Allowed(Role.EXPLOITATION), scope="function")]
"""Who looks after queues and messages: nothing personal is shown there."""
ForPrinting = Annotated[StaffVisit, Depends(Allowed(Role.RESPONSABLE, Role.EXPLOITATION), scope="function")]
"""Who has a batch printed again, or settles a doubt about one: nothing personal either."""
ForAllStaff = Annotated[StaffVisit, Depends(Allowed(*Role), scope="function")]
"""Everybody at the desk: nothing personal either."""
