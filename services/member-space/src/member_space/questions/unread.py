"""How many threads of a person hold an answer that was not read."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.questions.models import Question


async def unread(session: AsyncSession, person_id: UUID) -> int:
    """By the partial index: asked with every page."""
    query = select(func.count()).where(Question.person_id == person_id, col(Question.unread_by_member))
    return (await session.execute(query)).scalar_one()
