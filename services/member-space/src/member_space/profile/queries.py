"""How much there is of each part of one person's data, and the rows themselves."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from member_space.profile.part import Part
from member_space.profile.parts import PARTS

_AT_ONCE = 500
"""Rows that wait in memory."""


async def counts(session: AsyncSession, person_id: UUID) -> Mapping[str, int]:
    """Key of a part → how many of it, as people count."""
    return {
        part.key: await session.scalar(select(part.count()).select_from(part.table).where(part.mine(person_id))) or 0
        for part in PARTS
    }


async def rows(session: AsyncSession, part: Part, person_id: UUID) -> AsyncIterator[dict[str, Any]]:
    """The person's rows of a part as they are exported, read as they are used."""
    columns = inspect(part.table).columns
    read = {name: columns[name] for name in columns.keys()}  # noqa: SIM118 - no plain mapping
    read |= {name: made().label(name) for name, made in part.computed.items()}
    query = (
        select(*read.values())
        .where(part.mine(person_id))
        .order_by(*(columns[name] for name in part.order))
        .execution_options(yield_per=1 if part.large else _AT_ONCE)
    )
    async for row in (await session.stream(query)).mappings():
        shaped = part.shape(row)
        yield {name: shaped[name] for name in part.fields}
