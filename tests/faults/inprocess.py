"""A small service in the test's own process: one queue, one table of effects, on servers that may be killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from uuid import UUID

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from faults.conftest import Ground
from prometheus_client import REGISTRY
from sqlalchemy import text
from support.messaging import QUEUE, confirmed, count, depth, running, until
from support.outcomes import Outcome, record

from launcher import rabbitmq_files
from shared.contracts.event import Message
from shared.contracts.events import EmailConfirmed
from shared.database.engine import Database
from shared.database.unit_of_work import Cause, UnitOfWork
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer, Handler
from shared.messaging.failed import ATTEMPT
from shared.messaging.outbox import Claimed
from shared.messaging.relay import Relay
from shared.messaging.topology import RETRY_EXCHANGE, RETRY_TIERS, dead_letter_queue

DEAD = dead_letter_queue(QUEUE)
EFFECT = text("INSERT INTO effect VALUES (:name)")


async def effect(event: EmailConfirmed, work: UnitOfWork) -> None:
    """The effect of a message: one row that names it."""
    await work.session.execute(EFFECT, {"name": event.family_name})


async def becomes(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait on a condition that this process knows, with a bound."""

    async def reached() -> bool:
        return condition()

    await until(reached, seconds)


class Watched(Consumer):
    """Notes what it is given and how often a try fails."""

    def __init__(self, handler: Handler, database: Database, broker: Broker, publishing: Broker) -> None:
        super().__init__(QUEUE, {EmailConfirmed: handler}, database, broker, publishing)
        self.deliveries: list[AbstractIncomingMessage] = []
        self.failures = 0

    @property
    def in_flight(self) -> int:
        """Messages in hand: not acknowledged."""
        return len(self._in_flight)

    def is_idle(self) -> bool:
        """Whether nothing is in hand."""
        return self.in_flight == 0

    def attempts_burnt(self) -> int:
        """Deliveries that cost the message something: an attempt of ours, or a count of the broker's."""
        return sum(
            message.redelivered or ATTEMPT in message.headers or bool(message.headers.get("x-delivery-count"))
            for message in self.deliveries
        )

    async def _received(self, message: AbstractIncomingMessage) -> None:
        self.deliveries.append(message)
        await super()._received(message)

    async def _handle(self, cause: Cause, event: Message, handler: Handler) -> bool:
        try:
            return await super()._handle(cause, event, handler)
        except BaseException:
            self.failures += 1
            raise


class WatchedRelay(Relay):
    """Notes which rows it claims."""

    def __init__(self, database: Database, broker: Broker) -> None:
        super().__init__(database, broker)
        self.claimed: list[UUID] = []

    async def _relay(self, rows: list[Claimed]) -> None:
        self.claimed += [row.id for row in rows]
        await super()._relay(rows)


class Bench:
    """Database, broker connections and looks into both."""

    def __init__(self, ground: Ground, database_url: str, vhost: str, channel: AbstractChannel) -> None:
        self.database = Database(database_url, "tests")
        self.channel = channel
        self._broker_url = lambda user: ground.broker_url(user, vhost)
        self._open: list[Database | Broker] = [self.database]
        self._before = {outcome: self._metric(outcome) for outcome in ("duplicate", "retried", "dead", "unsettled")}

    def replica(self, handler: Handler = effect) -> Watched:
        """A consumer with connections of its own, as another replica has; not started."""
        consuming, publishing = (self.broker("member-space") for _ in range(2))
        return Watched(handler, self._database(), consuming, publishing)

    def relay(self) -> "WatchedRelay":
        """A relay with connections of its own, as another replica has; not started."""
        return WatchedRelay(self._database(), self.broker("activation"))

    def broker(self, user: str) -> Broker:
        """A connection of a user's own."""
        broker = Broker(self._broker_url(user), f"tests: {user}")
        self._open.append(broker)
        return broker

    def _database(self) -> Database:
        database = Database(self.database.url, "replica")
        self._open.append(database)
        return database

    async def close(self) -> None:
        """Close every connection."""
        for one in reversed(self._open):
            await one.close()

    async def publish(self, names: Iterable[str]) -> list[UUID]:
        """Commit an event for each name to the outbox."""
        async with self.database.unit_of_work() as work:
            return await work.publish(*map(confirmed, names))

    async def enqueue(self, names: Iterable[str]) -> None:
        """Bring an event for each name into the queue, and return when they are there."""
        there = await self.ready() + len(await self.publish(names))
        async with running(self.relay()):
            await until(lambda: self.is_ready(there))

    async def effects(self) -> Counter[str]:
        """Name of a message → how often it had its effect."""
        async with self.database.unit_of_work() as work:
            return Counter((await work.session.execute(text("SELECT name FROM effect"))).scalars())

    async def has_effects(self, distinct: int) -> bool:
        """Whether so many messages have had their effect."""
        return await count(self.database, "SELECT count(DISTINCT name) FROM effect") == distinct

    async def outcome(self, fault: str, case: str, events: int, again: int, recovery_s: float) -> Outcome:
        """Record what became of so many events, counted in the table."""
        effects = await self.effects()
        doubled = effects.total() - len(effects)
        return record(Outcome(fault, case, events, events - len(effects), doubled, again, recovery_s))

    async def ready(self, queue: str = QUEUE) -> int:
        """Messages that wait in a queue; those in somebody's hands do not count."""
        return await depth(self.channel, queue)

    async def is_ready(self, messages: int, queue: str = QUEUE) -> bool:
        """Whether so many wait."""
        return await self.ready(queue) == messages

    async def consume_all(self, queue: str) -> list[AbstractIncomingMessage]:
        """Take everything that waits in a queue."""
        source, waiting = await self.channel.get_queue(queue, ensure=False), await self.ready(queue)
        taken: list[AbstractIncomingMessage] = []
        if waiting:
            async with asyncio.timeout(60), source.iterator(no_ack=True) as messages:
                async for message in messages:
                    taken.append(message)
                    if len(taken) == waiting:
                        break
        return taken

    async def elsewhere(self) -> int:
        """Messages in the delayed tiers and with the dead letters."""
        return sum([await self.ready(queue) for queue in (DEAD, *(RETRY_EXCHANGE + tier for tier in RETRY_TIERS))])

    def counted(self, outcome: str) -> int:
        """Messages of the queue with that outcome since the beginning of the test."""
        return self._metric(outcome) - self._before[outcome]

    @staticmethod
    def _metric(outcome: str) -> int:
        return int(REGISTRY.get_sample_value("espace_messages_total", {"queue": QUEUE, "outcome": outcome}) or 0)


@pytest.fixture(name="bench")
async def make_bench(ground: Ground, own_database: Callable[[str], str], own_vhost: str) -> AsyncIterator[Bench]:
    """A database with a table for effects, and a virtual host with the whole topology."""
    url = own_database("member_space")
    admin = ground.rabbit.url(rabbitmq_files.ADMIN, rabbitmq_files.admin_password(ground.rabbit.folder), own_vhost)
    async with await aio_pika.connect(admin) as connection:
        bench = Bench(ground, url, own_vhost, await connection.channel())
        async with bench.database.unit_of_work() as work:
            await work.session.execute(text("CREATE TABLE effect (name text NOT NULL)"))
        yield bench
        await bench.close()
