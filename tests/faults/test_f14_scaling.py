"""F14: several relays on one outbox, and services that grow from one replica to four and shrink again under load."""

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from fastapi.concurrency import contextmanager_in_threadpool
from faults.inprocess import QUEUE, WatchedRelay, make_bench
from support.every_service import SETTINGS
from support.messaging import confirmed, count, running, until
from support.outcomes import Outcome, record
from support.replicas import side_by_side
from support.shared_queue import SharedQueue

from member_space.settings import Settings
from shared.database.engine import Database
from shared.messaging.broker import Broker

__all__ = ["make_bench"]

ROWS = 5000
WAITING = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
EACH = 50
"""Messages that each of four replicas handles, and rows that each of four relays claims, before it may go."""


async def test_two_relays_publish_each_row_once(bench):
    ids = await bench.publish(str(number) for number in range(ROWS))
    relays = [bench.relay(), bench.relay()]
    began = time.monotonic()
    async with running(*relays):
        await until(lambda: nothing_waits(bench.database), 90)
    seconds = time.monotonic() - began
    await until(lambda: bench.is_ready(ROWS))
    arrived = [message.message_id for message in await bench.consume_all(QUEUE)]
    claimed = [row for relay in relays for row in relay.claimed]
    case = f"two relays, shares {len(relays[0].claimed)} and {len(relays[1].claimed)}, {ROWS / seconds:.0f} rows/s"
    seen = record(Outcome("F14", case, ROWS, ROWS - len(set(arrived)), len(arrived) - len(set(arrived)), 0))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert set(arrived) == set(map(str, ids))
    assert len(claimed) == len(set(claimed)) == ROWS, "claimed by both"
    assert min(len(relay.claimed) for relay in relays) > 0


async def nothing_waits(database):
    return await count(database, WAITING) == 0


class OutboxQueue(SharedQueue):
    """A producer's outbox with relays that come and go before the queue of the member space."""

    def __init__(self, rabbit, vhost, outbox_url, database_url, broker_url):
        super().__init__(rabbit, vhost, database_url, broker_url)
        self.outbox, self._relay_url = Database(outbox_url, "test"), broker_url("activation")

    async def publish(self, message):
        async with self.outbox.unit_of_work() as work:
            await work.publish(message)
        self.published += 1

    @asynccontextmanager
    async def relays(self, number):
        """Relays of so many further replicas."""
        async with AsyncExitStack() as stack:
            made = []
            for _ in range(number):
                database, broker = Database(self.outbox.url, "relay"), Broker(self._relay_url, "relay")
                stack.push_async_callback(database.close)
                made.append(WatchedRelay(database, await stack.enter_async_context(broker)))
            async with running(*made):
                yield made

    async def close(self):
        await super().close()
        await self.outbox.close()


@pytest.fixture
async def queue(rabbit, vhost, broker_url, new_database):
    made = OutboxQueue(rabbit, vhost, new_database("activation"), new_database("member_space"), broker_url)
    await made.watch()
    yield made
    await made.close()


def processes(settings, folder, number):
    """Real processes of the member space; waited for in a thread, so that everything else goes on."""
    folder.mkdir()
    return contextmanager_in_threadpool(side_by_side("member_space", settings, folder, number))


async def shares(relays, replicas):
    """Rows that each relay has claimed, and messages that each process has handled, so far."""
    handled = await asyncio.to_thread(lambda: [count for some in replicas for count in some.handled()])
    return [len(one.claimed) for one in relays] + handled


async def test_one_replica_becomes_four_and_one_again_under_load(queue, broker_url, tmp_path):
    given = {"database_url": queue.database.url, "broker_url": broker_url("member-space")}
    settings = Settings(**(SETTINGS | given))
    began = time.monotonic()
    async with queue.relays(1) as (relay,), processes(settings, tmp_path / "first", 1) as first:
        async with queue.load(confirmed):
            await queue.more_handled()
            async with queue.relays(3) as relays, processes(settings, tmp_path / "others", 3) as others:
                four = [*relays, relay], [others, first]
                before = await shares(*four)

                async def all_take_part():
                    return min(now - then for now, then in zip(await shares(*four), before, strict=True)) >= EACH

                await until(all_take_part, 60)
            await queue.more_handled()
        ended = time.monotonic()
        await queue.everything_handled(90)
        claimed = [row for one in (relay, *relays) for row in one.claimed]
        seconds = time.monotonic() - began
        case = f"1 → 4 → 1 relays and replicas, {queue.published / seconds:.0f} events/s"
        seen = record(await queue.outcome(case, time.monotonic() - ended, "F14"))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert len(claimed) == len(set(claimed)) == queue.published
    assert await queue.dead() == 0
