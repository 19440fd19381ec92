"""The inbox: a message has its effect once, however often it is delivered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.tables import inbox


async def first_time(session: AsyncSession, consumer: str, message_id: UUID, now: datetime) -> bool:
    """Record a message in the transaction of its effect; False when it was recorded before.

    Two replicas with the same message: the second waits here for the first one's commit, then gets False; or, when the
    first one rolled back, does the work.
    """
    recorded = await session.execute(
        insert(inbox)
        .values(consumer=consumer, message_id=message_id, handled_at=now)
        .on_conflict_do_nothing()
        .returning(inbox.c.message_id)
    )
    return recorded.first() is not None
