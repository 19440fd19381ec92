"""F8: a handler that does not return keeps its own replica's hands full and nobody else's; in the end it is ended."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from faults.inprocess import DEAD, QUEUE, becomes, effect, make_bench
from faults.seen import NOT_FINISHED
from structlog.testing import capture_logs
from support.messaging import running, until
from support.outcomes import Outcome, record

from shared.database import engine
from shared.messaging import consumer
from shared.messaging.consumer import PREFETCH
from shared.messaging.failed import ATTEMPT, ORIGINAL_QUEUE, REASON

__all__ = ["make_bench"]

EVENTS = 500
NEIGHBOURS = 100
AFTER = 20
"""More than a replica has connections: not all are held by handlers that were ended."""


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
async def test_a_stuck_replica_holds_a_prefetch_and_the_other_does_the_rest(bench, monkeypatch, stubborn):
    monkeypatch.setattr(consumer, "FINISH_SECONDS", 1.0)
    monkeypatch.setattr(engine, "IDLE_TIMEOUT_MS", 3000)  # what a stubborn handler holds, the server takes away
    second = bench.replica()
    await bench.enqueue(f"P{number}" for number in range(EVENTS))
    async with replica_that_hangs(bench, Stuck(stubborn=stubborn)) as (first, life), running(second):
        await until(lambda: bench.has_effects(EVENTS - PREFETCH), 60)
        await becomes(second.is_idle)
        assert (first.in_flight, len(first.deliveries), await bench.ready()) == (PREFETCH, PREFETCH, 0)
        began = time.monotonic()
        with capture_logs() as logs:
            first.stop()
            await asyncio.wait_for(life, consumer.FINISH_SECONDS + consumer.CANCEL_SECONDS + 5)
        assert [line["count"] for line in logs if line["event"] == NOT_FINISHED] == [PREFETCH]
        await until(lambda: bench.has_effects(EVENTS), 60)
        recovery = time.monotonic() - began
    again = sum(message.redelivered for message in second.deliveries)
    case = f"a stuck replica, {'stubborn' if stubborn else 'asleep'}"
    seen = await bench.outcome("F8", case, EVENTS, again, recovery)
    assert (seen.lost, seen.doubled, seen.again) == (0, 0, PREFETCH)


async def never_returns(event, work):
    await effect(event, work)
    await asyncio.Event().wait()


async def idles_too_long(event, work):
    await effect(event, work)
    await asyncio.sleep(1.5 * engine.IDLE_TIMEOUT_MS / 1000)
    await effect(event, work)


async def takes_it_for_an_outage(event, work):
    await effect(event, work)
    raise FileNotFoundError  # an OSError, as an unreachable server is


STUCK = {
    "never returns": (never_returns, "not handled within"),
    "idles too long": (idles_too_long, "the database answers, but not this work: InterfaceError"),
    "looks like an outage": (takes_it_for_an_outage, "the database answers, but not this work: FileNotFoundError"),
}


async def test_a_handler_that_is_stuck_too_long_is_ended_and_its_message_dies_with_the_reason(
    bench, chance, monkeypatch
):
    monkeypatch.setattr(consumer, "HANDLER_SECONDS", 1.0)
    monkeypatch.setattr(engine, "IDLE_TIMEOUT_MS", 300)  # shorter than a handler may take, as it is in production

    async def handler(event, work):
        handle, _ = STUCK.get(event.family_name, (effect, ""))
        await handle(event, work)

    names = [*(f"P{number}" for number in range(NEIGHBOURS)), *STUCK]
    chance.shuffle(names)
    await bench.enqueue(names)
    replicas = bench.replica(handler), bench.replica(handler)
    began = time.monotonic()
    async with running(*replicas):
        await until(lambda: bench.has_effects(NEIGHBOURS), 20)
        beside = time.monotonic() - began
        await until(lambda: bench.is_ready(len(STUCK), DEAD), 90)
        recovery = time.monotonic() - began
        await bench.publish(f"After{number}" for number in range(AFTER))
        async with running(bench.relay()):
            await until(lambda: bench.has_effects(NEIGHBOURS + AFTER))
    dead = await bench.consume_all(DEAD)
    effects = await bench.effects()
    handled = NEIGHBOURS + AFTER
    doubled = effects.total() - len(effects)
    again = sum(len(replica.deliveries) for replica in replicas) - handled - len(STUCK)
    record(
        Outcome("F8", "handlers that never end", len(names) + AFTER, handled - len(effects), doubled, again, recovery)
    )
    reasons = sorted(message.headers[REASON] for message in dead)
    expected = sorted(f"failed 4 times: {reason}" for _, reason in STUCK.values())
    assert all(reason.startswith(words) for reason, words in zip(reasons, expected, strict=True)), reasons
    assert {(message.headers[ATTEMPT], message.headers[ORIGINAL_QUEUE]) for message in dead} == {(4, QUEUE)}
    assert not effects.keys() & STUCK.keys()
    assert (len(effects), doubled, again) == (handled, 0, 3 * len(STUCK))
    assert beside < recovery
    assert await bench.ready() == 0
