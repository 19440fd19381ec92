"""A request in somebody's space: one's own, or another's under a mandate. Every route of ``/espace`` takes one.

The address says whose space it is: ``/espace/…`` is the visitor's own, ``/espace/pour/{mandate_id}/…`` the grantor's. Nothing
is kept between requests, so that two tabs can show two people, and ending a mandate takes effect on the next request.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from starlette.exceptions import HTTPException

from member_space.access.actions import Action
from member_space.access.scopes import Scope
from member_space.access.signed_in import SignedInVisit
from member_space.journal.note import note
from member_space.mandates.models import Mandate
from member_space.mandates.rules import holds, scopes_of
from member_space.questions.unread import unread
from member_space.spaces.models import Space
from shared.contracts.paris import day_in_paris
from shared.database.unit_of_work import UnitOfWork
from shared.web.answers import wants_html
from shared.web.problem import Problem

OPENING = "/espace/ouverture"
"""The page that waits for one's space to open."""
CLOSED = ("Votre espace est clos", "Pour en ouvrir un de nouveau, demandez un nouveau compte.")
MANDATE = "mandate_id"
"""Name of the part of an address that makes it another's space."""
REFUSED = "refused"
"""Of a request's state: the page that answers it says why there is nothing to see (``frame.show``)."""


@dataclass(frozen=True)
class SpaceVisit:
    """Who acts, in whose space, allowed to."""

    actor: UUID
    space: Space
    mandate: Mandate | None
    work: UnitOfWork
    action: Action
    """What this request is for."""
    session_id: UUID
    """The visitor's session at ``activation``."""
    unread: int = 0
    """One's own threads of questions with an answer that was not read; 0 in another's space, and for JSON."""
    proved_at: datetime | None = None
    """When the visitor last proved their password; see ``step_up``."""

    @property
    def subject(self) -> UUID:
        """Whose data is shown: the only person that a query of this request may name."""
        return self.space.person_id

    @property
    def base(self) -> str:
        """What every address of this space begins with."""
        return "/espace" if self.mandate is None else f"/espace/pour/{self.mandate.id}"

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the visitor may do; all of it in their own space."""
        return frozenset(Scope) if self.mandate is None else scopes_of(self.mandate)

    @property
    def today(self) -> date:
        """In Paris."""
        return day_in_paris(self.work.now)

    def done(self, about: str = "") -> None:
        """What this request is for was done: a line in the journal. ``about``: a reference or id.

        Only for acts; what a delegate reads is noted by itself.
        """
        mandate = self.mandate.id if self.mandate else None
        note(self.work, self.action, actor=self.actor, subject=self.subject, mandate=mandate, about=about)

    def may(self, action: Action) -> bool:
        """Whether a link to it is worth showing."""
        return self.mandate is None or action.rule.allows(self.scopes)


class Permission:
    """The dependency behind ``may``; its action is found again by ``actions_of``."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, request: Request, signed_in: SignedInVisit) -> AsyncIterator[SpaceVisit]:
        """The visit; what a delegate has read has its line in the journal, before the answer leaves.

        Raises:
            Problem: 404 when there is no such mandate of this visitor's, it holds no longer, or not for this: the answer
                never says which. 409 for JSON while the space is opening. 410 when one's own is closed, for another's too.
            HTTPException: 303 to the page that waits for the space to open.
        """
        work, actor = signed_in.work, signed_in.who.person_id
        given = request.path_params.get(MANDATE)
        own = await work.session.get(Space, actor)
        if own is not None and own.closed_at is not None:
            raise Problem(410, *CLOSED)
        mandate = None if given is None else await self._mandate(work, actor, given)
        space = own if mandate is None else await work.session.get(Space, mandate.grantor_id)
        if space is not None and space.closed_at is not None:
            raise Problem(404)
        if space is None:
            if mandate is None and wants_html(request):
                raise HTTPException(303, headers={"Location": OPENING})
            raise Problem(409, "Votre espace s’ouvre", "Réessayez dans quelques secondes.")
        who = signed_in.who
        visit = SpaceVisit(actor, space, mandate, work, self.action, who.session_id, proved_at=who.authenticated_at)
        if mandate is None and wants_html(request):
            visit = replace(visit, unread=await unread(work.session, space.person_id))
        yield visit
        if mandate is not None and self.action.rule.reads and not getattr(request.state, REFUSED, False):
            visit.done()

    async def _mandate(self, work: UnitOfWork, actor: UUID, given: str) -> Mandate:
        try:
            mandate = await work.session.get(Mandate, UUID(given))
        except ValueError:
            mandate = None
        today = day_in_paris(work.now)
        if mandate is None or mandate.delegate_id != actor or not holds(mandate, today):
            raise Problem(404)
        if not self.action.rule.allows(scopes_of(mandate)):
            raise Problem(404)
        return mandate


def may(action: Action) -> Any:
    """``visit: Annotated[SpaceVisit, may(Action.SEE_REIMBURSEMENTS)]``: the route does this, and nobody else may."""
    return Depends(Permission(action), scope="function")


def actions_of(dependant: Dependant) -> Iterator[Action]:
    """The actions that a route asks for (``route.dependant``): none means that it is open to all."""
    if isinstance(dependant.call, Permission):
        yield dependant.call.action
    for inner in dependant.dependencies:
        yield from actions_of(inner)
