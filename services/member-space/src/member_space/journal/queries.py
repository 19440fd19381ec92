"""Reading the journal of one person's space, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, tuple_

from member_space.journal.models import JournalEntry
from member_space.journal.words import what, who
from member_space.mandates.models import Mandate
from member_space.place import Place
from member_space.spaces.models import Space

PAGE = 100
"""Lines."""


@dataclass(frozen=True)
class Line:
    """One line, in words."""

    at: datetime
    who: str
    what: str
    entry: JournalEntry


@dataclass(frozen=True)
class Page:
    """Some lines, and where older ones begin."""

    lines: Sequence[Line]
    older: Place | None


async def page(
    session: AsyncSession, subject: UUID, *, mandate: UUID | None = None, before: Place | None = None, size: int = PAGE
) -> Page:
    """What was done in a person's space; only by the delegate of one mandate, if one is named."""
    query = select(JournalEntry).where(JournalEntry.subject_id == subject)
    if mandate is not None:
        query = query.where(JournalEntry.mandate_id == mandate, col(JournalEntry.actor_id) != subject)
    if before is not None:
        query = query.where(tuple_(col(JournalEntry.at), col(JournalEntry.id)) < (before.at, before.id))
    query = query.order_by(col(JournalEntry.at).desc(), col(JournalEntry.id).desc()).limit(size + 1)
    found = (await session.execute(query)).scalars().all()
    shown = found[:size]
    names = await _names(session, {entry.mandate_id for entry in shown if entry.mandate_id})
    lines = [Line(entry.at, who(entry, names), what(entry), entry) for entry in shown]
    return Page(lines, Place(shown[-1].at, shown[-1].id) if len(found) > size else None)


async def _names(session: AsyncSession, mandates: set[UUID]) -> dict[UUID | None, str]:
    """Mandate → its delegate, by the name of their own space."""
    if not mandates:
        return {}
    query = (
        select(Mandate, Space)
        .join(Space, col(Space.person_id) == col(Mandate.delegate_id), isouter=True)
        .where(col(Mandate.id).in_(mandates))
    )
    rows: Sequence[Any] = (await session.execute(query)).all()  # a space may be None: nobody accepted yet
    return {mandate.id: full_name(mandate if space is None else space) for mandate, space in rows}


def full_name(one: Mandate | Space) -> str:
    """``Maëlle Almeida``; names in capitals, as the back office writes them, get small letters."""
    family = one.family_name.title() if one.family_name.isupper() else one.family_name
    return f"{one.given_name} {family}"
