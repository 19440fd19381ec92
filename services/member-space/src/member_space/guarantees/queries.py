"""The edition of the table of guarantees that holds."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.guarantees.models import GuaranteeLine


async def current_lines(session: AsyncSession, today: date) -> Sequence[GuaranteeLine]:
    """Its lines in the order of their rank, of equal ranks by code; none when there is no edition yet."""
    current = select(func.max(GuaranteeLine.edition)).where(col(GuaranteeLine.edition) <= today).scalar_subquery()
    query = select(GuaranteeLine).where(col(GuaranteeLine.edition) == current)
    return (await session.execute(query.order_by(col(GuaranteeLine.rank), col(GuaranteeLine.code)))).scalars().all()
