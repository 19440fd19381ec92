"""The desk's list of questions, and one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.place import Place
from member_space.questions.models import CLOSED, OPEN, Question
from member_space.questions.references import is_reference
from member_space.spaces.models import Space

PAGE = 50
STATES = {"": "À traiter", "miennes": "Prises par moi", "repondues": "Répondues", "closes": "Closes"}
"""``etat`` in an address → words."""


@dataclass(frozen=True)
class Filters:
    """``state`` of ``STATES``; ``topic`` empty: all."""

    state: str = ""
    topic: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str], topics: Mapping[str, str]) -> "Filters":
        """Of an address; what is no choice counts as not asked."""
        state, topic = asked.get("etat", ""), asked.get("sujet", "")
        return cls(state if state in STATES else "", topic if topic in topics else "")

    def query(self, **more: str) -> str:
        """``?etat=…&sujet=…``; may be empty."""
        named = {"etat": self.state, "sujet": self.topic, **more}
        given = urlencode({name: value for name, value in named.items() if value})
        return f"?{given}" if given else ""

    def without_topic(self) -> "Filters":
        """The same, about anything."""
        return replace(self, topic="")


@dataclass(frozen=True)
class Entry:
    """A line of the list: a question, and whose it is."""

    question: Question
    space: Space


@dataclass(frozen=True)
class Page:
    """Lines in the order of the list; where the next page begins, None at the end."""

    entries: Sequence[Entry]
    next: Place | None


@dataclass(frozen=True)
class Waiting:
    """How many questions wait for an answer, and since when the oldest does."""

    count: int
    oldest: datetime | None


async def waiting(session: AsyncSession) -> Waiting:
    """Of all, whoever has taken them."""
    query = select(func.count(), func.min(Question.waiting_since)).where(col(Question.waiting_since).is_not(None))
    count, oldest = (await session.execute(query)).one()
    return Waiting(count, oldest)


async def page(session: AsyncSession, filters: Filters, staff: UUID, after: Place | None) -> Page:
    """What waits, the oldest first; of the other states, the last written in first."""
    oldest_first = filters.state == ""
    moment: Any = Question.waiting_since if oldest_first else Question.last_message_at
    order = (col(moment), col(Question.id))
    query = select(Question, Space).join(Space, col(Space.person_id) == col(Question.person_id))
    query = query.where(*_matching(filters, staff))
    if after is not None:
        place, wanted = tuple_(*order), (after.at, after.id)
        query = query.where(place > wanted if oldest_first else place < wanted)
    query = query.order_by(*(column if oldest_first else column.desc() for column in order))
    entries = [Entry(question, space) for question, space in (await session.execute(query.limit(PAGE + 1))).all()]
    if len(entries) <= PAGE:
        return Page(entries, None)
    last = entries[PAGE - 1].question
    at = last.waiting_since if oldest_first else last.last_message_at
    return Page(entries[:PAGE], Place(at, last.id) if at else None)


async def find(session: AsyncSession, reference: str, *, lock: bool = False) -> Entry | None:
    """The question of that reference.

    ``lock``: until the commit, nobody else takes it, writes in it or closes it, nor is its space closed. Closing an
    account locks the space and no question, so that the two never wait for each other.
    """
    if not is_reference(reference):
        return None
    query = select(Question).where(Question.reference == reference)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    question = (await session.execute(query)).scalar_one_or_none()
    if question is None:
        return None
    shared: dict[str, Any] | None = {"read": True} if lock else None
    space = await session.get(Space, question.person_id, with_for_update=shared, populate_existing=lock)
    return None if space is None else Entry(question, space)


def _matching(filters: Filters, staff: UUID) -> list[Any]:
    conditions: dict[str, list[Any]] = {
        "": [col(Question.waiting_since).is_not(None)],
        "miennes": [Question.taken_by == staff, Question.state == OPEN],
        "repondues": [Question.state == OPEN, col(Question.waiting_since).is_(None)],
        "closes": [Question.state == CLOSED],
    }
    about = [Question.topic == filters.topic] if filters.topic else []
    return conditions[filters.state] + about


async def unanswered(session: AsyncSession) -> int:
    """The same without since when."""
    return (await waiting(session)).count
