"""The timeline of a person, as the desk reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.place import Place
from member_space.spaces.models import Space
from member_space.timeline.letter_state import KINDS, MAIL, MAIL_KINDS
from member_space.timeline.models import TimelineEntry
from member_space.timeline.moment import Moment
from member_space.timeline.of_space import told_by_space

PAGE = 100
"""Entries."""


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and where older ones begin."""

    moments: Sequence[Moment]
    older: Place | None


async def page(session: AsyncSession, person_id: UUID, before: Place | None = None, size: int = PAGE) -> Page:
    """What happened to a person, newest first; of one moment, always in the same order."""
    order = (col(TimelineEntry.occurred_at), col(TimelineEntry.event_id))
    query = select(TimelineEntry).where(TimelineEntry.person_id == person_id)
    if before is not None:
        query = query.where(tuple_(*order) < (before.at, before.id))
    query = query.order_by(*(column.desc() for column in order)).limit(size + 1)
    found = (await session.scalars(query)).all()
    last = found[size - 1] if len(found) > size else None
    return Page([Moment.of(one) for one in found[:size]], Place(last.occurred_at, last.event_id) if last else None)


async def of_letters(session: AsyncSession, person_id: UUID) -> Sequence[Moment]:
    """All that ``letter_state`` looks at, however much else happened since: some entries a letter, and what the space says."""
    kind = col(TimelineEntry.kind)
    announced = and_(kind.in_(MAIL_KINDS), col(TimelineEntry.details).contains({"template": MAIL}))
    query = select(TimelineEntry).where(TimelineEntry.person_id == person_id, or_(kind.in_(KINDS), announced))
    told = [Moment.of(one) for one in await session.scalars(query)]
    space = await session.get(Space, person_id)
    return [*told, *told_by_space(told, space.opened_at, space.closed_at)] if space else told
