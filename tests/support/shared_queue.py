"""The member space's queue with replicas that come and go, a producer under load, and its table, where every write is noted."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aio_pika
from sqlalchemy import text
from support.messaging import QUEUE, count, depth, running, until
from support.outcomes import Outcome

from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope
from shared.messaging.failed import REASON
from shared.messaging.topology import REPLAY_EXCHANGE, dead_letter_queue

AT_LEAST = 60
WATCH = (
    "create table watched (person_id uuid not null)",
    """
    create function watch() returns trigger language plpgsql as
    $$ begin insert into watched values (new.person_id); return null; end $$
    """,
    "create trigger watch after insert or update on space for each row execute function watch()",
)


class SharedQueue:
    """A queue of the member space with its replicas, its producer, and its table."""

    def __init__(self, rabbit, vhost, database_url, broker_url):
        self._rabbit, self._vhost, self._database_url, self._broker_url = rabbit, vhost, database_url, broker_url
        self.database = Database(database_url, "test")
        self._producer = Broker(broker_url("activation"), "tests: produce")
        self._consumer = Broker(broker_url("member-space"), "tests: look")
        self.published = 0

    @asynccontextmanager
    async def replica(self, handlers):
        """A replica of the service, with connections of its own."""
        database = Database(self._database_url, "replica")
        taking, failing = (Broker(self._broker_url("member-space"), "replica") for _ in range(2))
        async with taking, failing, running(Consumer(QUEUE, handlers, database, taking, failing)):
            yield
        await database.close()

    async def watch(self):
        """Note every write of a space, so that one that comes twice is seen although it changes nothing."""
        async with self.database.unit_of_work() as work:
            for statement in WATCH:
                await work.session.execute(text(statement))

    async def publish(self, message):
        sealed = seal_envelope(message, datetime.now(UTC))
        amqp = aio_pika.Message(sealed.body, content_type=CONTENT_TYPE, message_id=str(sealed.id), type=message.type())
        await self._producer.publish(message.exchange, message.routing_key(), amqp)
        self.published += 1

    @asynccontextmanager
    async def load(self, make):
        """Publish all the while, and ``AT_LEAST`` messages."""
        ending = asyncio.Event()

        async def go_on():
            made = 0
            while made < AT_LEAST or not ending.is_set():
                await self.publish(make())
                made += 1

        publishing = asyncio.create_task(go_on())
        try:
            yield
        finally:
            ending.set()
            await publishing

    async def more_handled(self):
        """Wait until what is published now, and more, has had its effect."""
        wanted = self.published + AT_LEAST // 2

        async def reached():
            return await self.spaces() >= wanted

        await until(reached)

    async def everything_handled(self, seconds=20):
        async def reached():
            return await self.spaces() == self.published

        await until(reached, seconds)

    async def nothing_waits(self):
        channel = await self._consumer.channel()
        waiting = await depth(channel, QUEUE) + await self.spaces() + await depth(channel, dead_letter_queue(QUEUE))
        empty = await depth(channel, QUEUE) == 0
        await channel.close()
        return empty and waiting == self.published

    async def spaces(self, condition="true"):
        return await count(self.database, f"select count(*) from space where {condition}")

    async def outcome(self, case, seconds, fault="F13"):
        lost = self.published - await self.spaces()
        doubled = await count(self.database, "select count(*) - count(distinct person_id) from watched")
        return Outcome(fault, case, self.published, lost, doubled, None, seconds)

    def bind(self, kind):
        row = {
            "source": kind.exchange, "vhost": "", "destination": QUEUE, "destination_type": "queue",
            "routing_key": kind.routing_key(), "arguments": {},
        }  # fmt: skip
        self._rabbit.import_definitions({"bindings": [row]}, vhost=self._vhost)

    async def dead(self):
        channel = await self._consumer.channel()
        found = await depth(channel, dead_letter_queue(QUEUE))
        await channel.close()
        return found

    async def replay(self):
        """Put every dead letter back as it was; their reasons."""
        channel = await self._consumer.channel()
        letters = await channel.get_queue(dead_letter_queue(QUEUE), ensure=False)
        reasons = []
        while (message := await letters.get(fail=False)) is not None:
            copy = aio_pika.Message(message.body, content_type=CONTENT_TYPE, message_id=message.message_id)
            await self._consumer.publish(REPLAY_EXCHANGE, QUEUE, copy)
            await message.ack()
            reasons.append(message.headers[REASON])
        await channel.close()
        return reasons

    async def close(self):
        for each in (self._producer, self._consumer, self.database):
            await each.close()
