"""The timeline of a person, as the desk reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.timeline.models import TimelineEntry
from member_space.timeline.words import sentence

SHOWN = 200
"""Entries at most: years of an ordinary journey."""


@dataclass(frozen=True)
class Moment:
    """One entry. ``sentence`` is French; ``details`` are ids, codes and dates as JSON."""

    occurred_at: datetime
    kind: str
    sentence: str
    details: dict[str, Any]


async def timeline_of(session: AsyncSession, person_id: UUID, most: int = SHOWN) -> Sequence[Moment]:
    """The newest ``most`` entries of a person, newest first; of one moment, always in the same order."""
    found = await session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.person_id == person_id)
        .order_by(col(TimelineEntry.occurred_at).desc(), col(TimelineEntry.event_id).desc())
        .limit(most)
    )
    return [Moment(one.occurred_at, one.kind, sentence(one.kind, one.details), one.details) for one in found]
