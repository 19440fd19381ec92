"""``/espace/api/v1/mandates``: one's mandates as JSON. They are made, accepted and ended on the pages alone: making one asks
for the password again."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from member_space.access.actions import Action
from member_space.access.scopes import Scope
from member_space.access.space_visit import SpaceVisit, may
from member_space.journal import queries as journal
from member_space.journal.api import Before, Lines, written
from member_space.mandates import queries
from member_space.mandates.rules import State
from member_space.mandates.shown import Shown, shown
from member_space.place import Place
from member_space.spaces.models import Space
from shared.web.problem import Problem

router = APIRouter(tags=["mandates"])


class MandateOut(BaseModel):
    """One mandate, given or received."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: UUID
    side: Literal["given", "received"]
    name: str
    """Of the other person."""
    scopes: Sequence[Scope]
    state: State
    created_at: datetime
    accepted_at: datetime | None
    ends_on: date
    """Last day, in Paris."""
    ended_at: datetime | None
    """By one of the two, before the last day."""


def _out(one: Shown) -> MandateOut:
    mandate = one.mandate
    return MandateOut(
        id=mandate.id, side="given" if one.grantor is None else "received", name=one.name, scopes=one.scopes,
        state=one.state, created_at=mandate.created_at, accepted_at=mandate.accepted_at, ends_on=mandate.ends_on,
        ended_at=mandate.ended_at,
    )  # fmt: skip


@router.get("/mandates")
async def listing(visit: Annotated[SpaceVisit, may(Action.SEE_MANDATES)]) -> list[MandateOut]:
    """At most 100 of each side: given, then received; of each those that are open first, then the newest."""
    session, now = visit.work.session, visit.work.now
    given = [shown(one, now) for one in await queries.given(session, visit.actor, now)]
    received = [shown(one.mandate, now, one.space) for one in await queries.received(session, visit.actor, now)]
    return [_out(one) for one in (*given, *received)]


@router.get("/mandates/{mandate}")
async def one(mandate: str, visit: Annotated[SpaceVisit, may(Action.SEE_MANDATE)]) -> MandateOut:
    """One of them."""
    session = visit.work.session
    found = await queries.one_of(session, visit.actor, mandate)
    if found is None:
        raise Problem(404)
    grantor = None if found.grantor_id == visit.actor else await session.get(Space, found.grantor_id)
    return _out(shown(found, visit.work.now, grantor))


@router.get("/mandates/{mandate}/journal")
async def accesses(mandate: str, visit: Annotated[SpaceVisit, may(Action.SEE_MANDATE)], before: Before = "") -> Lines:
    """What the delegate did, for the grantor alone."""
    session = visit.work.session
    found = await queries.one_of(session, visit.actor, mandate)
    if found is None or found.grantor_id != visit.actor:
        raise Problem(404)
    page = await journal.page(session, visit.subject, mandate=found.id, before=Place.read(before))
    return written(page)
