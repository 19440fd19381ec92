"""Writing what the back office says about a person, again and again, without ever giving it to another person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from member_space.models import Contract, Reimbursement


async def upsert_of_person(
    session: AsyncSession, table: type[Contract] | type[Reimbursement], values: Sequence[dict[str, Any]]
) -> frozenset[str]:
    """Insert or update rows by their ``number``; returns the numbers written, which leaves out those of other persons."""
    statement = insert(table).values(list(values))
    changed = {name: statement.excluded[name] for name in values[0] if name not in {"number", "person_id"}}
    same_person = col(table.person_id) == statement.excluded.person_id
    written = statement.on_conflict_do_update(index_elements=["number"], set_=changed, where=same_person)
    return frozenset((await session.execute(written.returning(col(table.number)))).scalars())
