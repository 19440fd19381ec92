"""The unit of work: a state change and the messages that tell of it, in one transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Message
from shared.messaging.envelope import seal_envelope
from shared.messaging.tables import outbox


@dataclass(frozen=True)
class Cause:
    """The message that a unit of work handles: its id and its time, as in its envelope."""

    id: UUID
    time: datetime


class UnitOfWork:
    """What a handler or a page works with. It is committed by whoever opened it, never by the work itself."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.published: list[str] = []
        """Types of the messages that leave after the commit."""
        self.cause: Cause | None = None
        """What is being handled; None for pages and background work."""
        self.now = datetime.now(UTC)
        """One time for everything that this unit of work writes (aware, UTC)."""

    async def publish(self, message: Message) -> UUID:
        """Write a message to the outbox: it leaves after the commit, or never. Returns its id."""
        envelope = seal_envelope(message, self.now)
        await self.session.execute(
            outbox.insert().values(
                id=envelope.id,
                exchange=message.exchange,
                routing_key=message.routing_key(),
                type=message.type(),
                body=envelope.body,
                created_at=self.now,
                available_at=self.now,
            )
        )
        self.published.append(message.type())
        return envelope.id
