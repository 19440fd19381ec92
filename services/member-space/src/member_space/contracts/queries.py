"""Questions about one person's contracts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from member_space.contracts.models import Contract


async def running(session: AsyncSession, person_id: UUID, today: date) -> Sequence[Contract]:
    """The contracts that run or will."""
    query = (
        select(Contract)
        .where(Contract.person_id == person_id, or_(col(Contract.until).is_(None), col(Contract.until) >= today))
        .order_by(col(Contract.since), col(Contract.number))
    )
    return (await session.execute(query)).scalars().all()
