"""F8: a handler that does not return keeps its own replica's hands full and nobody else's; in the end it is ended."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from faults.inprocess import DEAD, QUEUE, becomes, effect, make_bench
from support.messaging import running, until

from shared.database import engine
from shared.messaging import consumer
from shared.messaging.consumer import PREFETCH
from shared.messaging.failed import ATTEMPT, ORIGINAL_QUEUE, REASON

__all__ = ["make_bench"]

EVENTS = 500
NEIGHBOURS = 100


class Stuck:
    """Handlers that do not return; stubborn ones do not even end when they are told to."""

    def __init__(self, *, stubborn: bool) -> None:
        self._stubborn = stubborn
        self.released = asyncio.Event()

    async def handler(self, event, work):
        await effect(event, work)
        while not self.released.is_set():
            try:
                await self.released.wait()
            except asyncio.CancelledError:
                if not self._stubborn:
                    raise
        raise AssertionError("it was released and had no effect")


@asynccontextmanager
async def replica_that_hangs(bench, stuck):
    """A replica that has taken all that it can, and goes on holding it; returns it with its life."""
    replica = bench.replica(stuck.handler)
    life = asyncio.create_task(replica.run())
    try:
        await becomes(lambda: replica.in_flight == PREFETCH)
        yield replica, life
    finally:
        replica.stop()
        stuck.released.set()
        await life
        await becomes(replica.is_idle)


@pytest.mark.parametrize("stubborn", [False, True], ids=["asleep", "stubborn"])
async def test_a_stuck_replica_holds_a_prefetch_and_the_other_does_the_rest(
    bench, ground, own_vhost, monkeypatch, stubborn
):
    monkeypatch.setattr(consumer, "FINISH_SECONDS", 1.0)
    second = bench.replica()
    await bench.enqueue(f"P{number}" for number in range(EVENTS))
    async with replica_that_hangs(bench, Stuck(stubborn=stubborn)) as (first, life), running(second):
        await until(lambda: bench.has_effects(EVENTS - PREFETCH), 60)
        await becomes(second.is_idle)
        assert (first.in_flight, len(first.deliveries), await bench.ready()) == (PREFETCH, PREFETCH, 0)
        await until(lambda: is_unacknowledged(ground.rabbit, own_vhost, PREFETCH))
        began = time.monotonic()
        first.stop()
        await asyncio.wait_for(life, consumer.FINISH_SECONDS + consumer.CANCEL_SECONDS + 5)
        await until(lambda: bench.has_effects(EVENTS), 30)
        recovery = time.monotonic() - began
    again = sum(message.redelivered for message in second.deliveries)
    seen = await bench.outcome("F8", f"a stuck replica, {'stubborn' if stubborn else 'asleep'}", EVENTS, again, recovery)
    assert (seen.lost, seen.doubled, seen.again) == (0, 0, PREFETCH)


async def never_returns(event, work):
    await effect(event, work)
    await asyncio.Event().wait()


async def idles_too_long(event, work):
    await effect(event, work)
    await asyncio.sleep(engine.IDLE_TIMEOUT_MS / 1000 + 0.5)
    await effect(event, work)


@pytest.mark.parametrize("sticking", [never_returns, idles_too_long])
async def test_a_handler_that_is_stuck_too_long_is_ended_and_its_message_dies_with_the_reason(
    bench, chance, monkeypatch, sticking
):
    monkeypatch.setattr(consumer, "HANDLER_SECONDS", 2.0)
    monkeypatch.setattr(engine, "IDLE_TIMEOUT_MS", 500)  # shorter than a handler may take, as it is in production

    async def handler(event, work):
        await (sticking if event.family_name == "Stuck" else effect)(event, work)

    names = [*(f"P{number}" for number in range(NEIGHBOURS)), "Stuck"]
    chance.shuffle(names)
    await bench.enqueue(names)
    replicas = bench.replica(handler), bench.replica(handler)
    began = time.monotonic()
    async with running(*replicas):
        await until(lambda: bench.has_effects(NEIGHBOURS), 20)
        await until(lambda: bench.is_ready(1, DEAD), 60)
        recovery = time.monotonic() - began
        await bench.enqueue(f"After{number}" for number in range(2 * engine_pool()))
        await until(lambda: bench.has_effects(NEIGHBOURS + 2 * engine_pool()))
    (dead,) = await bench.consume_all(DEAD)
    assert dead.headers[REASON].startswith("failed 4 times: not handled within")
    assert (dead.headers[ATTEMPT], dead.headers[ORIGINAL_QUEUE]) == (4, QUEUE)
    assert await bench.ready() == 0
    effects = await bench.effects()
    assert "Stuck" not in effects
    seen = await bench.outcome("F8", f"a handler that {sticking.__name__}", len(effects), 3, recovery)
    assert seen.doubled == 0
    assert sum(len(replica.deliveries) for replica in replicas) == len(effects) + 4


def engine_pool() -> int:
    """Connections of a replica: more than that were not all held by handlers that were ended."""
    return 10


async def is_unacknowledged(rabbit, vhost, messages) -> bool:
    """Whether the broker says that so many are in somebody's hands."""
    return (await asyncio.to_thread(rabbit.queue, QUEUE, vhost))["messages_unacknowledged"] == messages
