"""The unit of work: a state change and the messages that tell of it, in one transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
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

    async def publish(self, *messages: Message) -> list[UUID]:
        """Write messages to the outbox: they leave after the commit, or never. Returns their ids.

        One statement for however many, also for none: where a page must not tell by its time whether anything came of a
        request, it publishes what there is (decision 0012).
        """
        sealed = [seal_envelope(message, self.now) for message in messages]
        ids = [envelope.id for envelope in sealed]
        columns = {
            outbox.c.id: ids,
            outbox.c.exchange: [message.exchange for message in messages],
            outbox.c.routing_key: [message.routing_key() for message in messages],
            outbox.c.type: [message.type() for message in messages],
            outbox.c.body: [envelope.body for envelope in sealed],
        }
        arrays = [cast(values, ARRAY(column.type)) for column, values in columns.items()]
        rows = func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived()
        moment = literal(self.now, outbox.c.created_at.type)
        await self.session.execute(
            outbox.insert().from_select(
                [*columns, outbox.c.created_at, outbox.c.available_at], select(*rows.c, moment, moment)
            )
        )
        self.published += [message.type() for message in messages]
        return ids
