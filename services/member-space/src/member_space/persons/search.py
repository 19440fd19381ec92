"""Looking for persons in what this service knows."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from member_space.contracts.models import Contract
from member_space.persons.models import PersonIndex
from member_space.persons.names import beginnings
from member_space.persons.typed import Typed
from member_space.timeline.models import TimelineEntry

MOST = 50
"""Persons shown; more are told to be narrowed."""
_IDS = (
    "request_id", "letter_id", "batch_id", "report_id", "question_id", "message_id", "mandate_id", "account_id",
    "delivery_id",
)  # fmt: skip
_CODES = ("reference", "serial")
"""Names of the timeline's details by which people look."""


async def find(session: AsyncSession, typed: Typed, known: Collection[UUID] = ()) -> Sequence[PersonIndex]:
    """Persons by what was typed, ``MOST`` and one more at most, by name; and ``known`` ones, found elsewhere."""
    wanted: list[ColumnElement[bool]] = [col(PersonIndex.person_id).in_(known)] if known else []
    if typed.words:
        words = func.to_tsvector("simple", col(PersonIndex.name_words))
        wanted.append(words.bool_op("@@")(func.to_tsquery("simple", beginnings(list(typed.words)))))
    if typed.id is not None:
        wanted.append(col(PersonIndex.person_id) == typed.id)
        wanted.append(col(PersonIndex.person_id).in_(_told(_IDS, str(typed.id))))
    if typed.code:
        holders = select(Contract.person_id).where(func.lower(Contract.number) == typed.code.lower())
        wanted.append(col(PersonIndex.person_id).in_(_told(_CODES, typed.code)))
        wanted.append(col(PersonIndex.person_id).in_(holders))
    if not wanted:
        return []
    rows = select(PersonIndex).where(or_(*wanted)).order_by(
        col(PersonIndex.family_name), col(PersonIndex.given_name), col(PersonIndex.person_id)
    )  # fmt: skip
    return (await session.scalars(rows.limit(MOST + 1))).all()


def _told(names: Sequence[str], value: str):  # type: ignore[no-untyped-def]  # a subquery's type is its columns'
    """Of whom an entry of the timeline says it: each name uses the index on ``details``."""
    return union(
        *(select(TimelineEntry.person_id).where(col(TimelineEntry.details).contains({name: value})) for name in names)
    )


async def the_one(session: AsyncSession, person_id: UUID) -> PersonIndex | None:
    """That person, if any event told of them."""
    return await session.get(PersonIndex, person_id)
