"""F11: the network between a service and its broker or database is cut, reset, slow, or silently dead.

Relay and consumer of the product, in this process, through a proxy that misbehaves; 300 events each time.
"""

import time
from datetime import UTC, datetime
from uuid import uuid4

import aio_pika
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from support.messaging import confirmed, count, running, until
from support.outcomes import Outcome, record
from support.proxy import Proxy

from shared.contracts.events import EmailConfirmed
from shared.database.engine import Database
from shared.messaging.broker import HEARTBEAT_SECONDS, PUBLISH_TIMEOUT, Broker
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import seal_envelope
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.relay import Relay

QUEUE = "member-space.email-confirmed"
EVENTS = 300
NOTICED = 2 * HEARTBEAT_SECONDS
"""Seconds within which a dead connection is found out."""


class Parts:
    """A relay in activation's name and a consumer in member-space's, each with what the network does to it."""

    def __init__(self, database, through, publish_url, consume_url):
        self.database = database
        self.publishing, self.consuming = Broker(publish_url, "publish"), Broker(consume_url, "consume")
        self.failing = Broker(consume_url, "failed")
        self.relay = Relay(through, self.publishing)
        self.consumer = Consumer(QUEUE, {EmailConfirmed: self._write}, through, self.consuming, self.failing)

    async def publish(self, events):
        async with self.database.unit_of_work() as work:
            for _ in range(events):
                await work.publish(confirmed(uuid4().hex))

    async def effects(self):
        return await count(self.database, "select count(*) from effect")

    async def close(self):
        for one in (self.publishing, self.consuming, self.failing):
            await one.close()

    @staticmethod
    async def _write(event, work):
        await work.session.execute(text("insert into effect values (:name)"), {"name": event.family_name})


def through(url, proxy):
    return make_url(url).set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)


@pytest.fixture
async def line(ground, own_database, own_vhost):
    """``line(to broker, to database)``: the parts, reached through two proxies."""
    url = own_database("member_space")
    direct = Database(url, "direct")
    async with direct.unit_of_work() as work:
        await work.session.execute(text("create table effect (name text)"))
    async with Proxy(ground.rabbit.port) as broker, Proxy(ground.postgres.port) as server:
        database = Database(through(url, server), "through")
        publish, consume = (
            through(ground.broker_url(user, own_vhost), broker) for user in ("activation", "member-space")
        )
        parts = Parts(direct, database, publish, consume)
        yield parts, broker, server
        await parts.close()
        await database.close()
    await direct.close()


async def survive(parts, case, misbehave, mend, bound):
    """Events before, during and after a fault; all have their effect once within ``bound`` seconds after its end."""
    async with running(parts.relay, parts.consumer):
        await parts.publish(EVENTS // 3)
        await until(lambda: _at_least(parts, EVENTS // 6), 60)
        await misbehave()
        await parts.publish(EVENTS // 3)
        await mend()
        mended = time.monotonic()
        await parts.publish(EVENTS // 3)
        await until(lambda: _at_least(parts, EVENTS), bound)
        recovery = time.monotonic() - mended
        await until(lambda: _left(parts), bound)
    distinct = await count(parts.database, "select count(distinct name) from effect")
    effects = await parts.effects()
    seen = record(Outcome("F11", case, EVENTS, EVENTS - distinct, effects - distinct, recovery_s=recovery))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert await count(parts.database, "select count(*) from inbox") == EVENTS


async def _at_least(parts, events):
    return await parts.effects() >= events


async def _left(parts):
    return await count(parts.database, "select count(*) from outbox where published_at is null") == 0


def _message():
    return aio_pika.Message(seal_envelope(confirmed(), datetime.now(UTC)).body)


async def nothing():
    """The fault is over by itself."""


@pytest.mark.parametrize("reset", [False, True], ids=["cut", "reset"])
@pytest.mark.parametrize("to", ["broker", "database"])
async def test_a_cut_connection_is_made_again(line, to, reset):
    parts, broker, server = line
    proxy = broker if to == "broker" else server
    await survive(parts, f"{to}: {'reset' if reset else 'cut'}", lambda: proxy.cut(reset=reset), nothing, 60)


@pytest.mark.parametrize("to", ["broker", "database"])
async def test_a_line_that_refuses_is_tried_until_it_takes(line, to):
    parts, broker, server = line
    proxy = broker if to == "broker" else server
    tried = proxy.taken

    await survive(parts, f"{to}: refused", proxy.refuse, proxy.open, 60)
    assert proxy.taken > tried


async def test_a_slow_line_loses_nothing(line):
    parts, broker, _ = line

    async def slow():
        broker.slow_down()

    await survive(parts, "broker: slow", slow, broker.open, 90)


async def test_a_publish_into_a_dead_line_does_not_hang(line):
    parts, broker, _ = line
    await parts.publishing.ensure_connected()
    broker.silence()
    began = time.monotonic()
    with pytest.raises(BrokerUnavailableError):
        await parts.publishing.publish("espace.events", EmailConfirmed.routing_key(), _message())
    assert time.monotonic() - began < PUBLISH_TIMEOUT + 10
    await broker.open()
    await parts.publishing.publish("espace.events", EmailConfirmed.routing_key(), _message())


@pytest.mark.soak
@pytest.mark.parametrize("to", ["broker", "database"])
async def test_a_dead_line_is_found_out(line, to):
    """Half-open: nothing passes and nobody is told. The silent connections stay silent; new ones work at once."""
    parts, broker, server = line
    proxy = broker if to == "broker" else server

    async def silent():
        proxy.silence()

    await survive(parts, f"{to}: half-open", silent, proxy.open, NOTICED + 60)
