"""F3: PostgreSQL is killed, or stopped and started, while handlers work and while they commit.

A message is acknowledged after its commit and not before; while the database is away the consumer keeps what it has in hand
and takes nothing more; the outage costs no message an attempt; every effect happens once.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from faults.inprocess import Bench, becomes, effect, make_bench
from support.messaging import running, until

from launcher.postgres import PrivatePostgres
from shared.messaging.consumer import PREFETCH
from shared.messaging.failed import ATTEMPT

__all__ = ["make_bench"]

EVENTS = 200


class Gate:
    """Lets handlers write their effect and holds them before their commit, from a given effect on."""

    def __init__(self) -> None:
        self.written = 0
        self._shuts_at = 0
        self._open = asyncio.Event()
        self.shut = asyncio.Event()
        self.open()

    async def handler(self, event, work):
        await effect(event, work)
        self.written += 1
        if self.written == self._shuts_at:
            self._open.clear()
            self.shut.set()
        await self._open.wait()

    def shut_after(self, effects: int) -> None:
        """Hold whoever comes after so many more effects."""
        self._shuts_at = self.written + effects

    def open(self) -> None:
        """Let those go on who wait."""
        self.shut.clear()
        self._open.set()


class Run:
    """All events in the queue, one consumer, and a server that goes away while it works."""

    def __init__(self, bench: Bench, gate: Gate, postgres: PrivatePostgres) -> None:
        self.bench, self.gate, self.postgres = bench, gate, postgres
        self.worker = bench.replica(gate.handler)

    async def outage(self, *, kill: bool, then: int) -> float:
        """Take the server away in the middle of handlers, until all have noticed; returns the seconds from its start until
        so many more effects are written, and handlers hold again."""
        ready, given = await self.bench.ready(), len(self.worker.deliveries)
        async with self.away(kill=kill):
            await self.noticed()
            assert (await self.bench.ready(), len(self.worker.deliveries)) == (ready, given), "it took more"
            self.gate.shut_after(then)
        began = time.monotonic()
        await self.in_the_middle()
        return time.monotonic() - began

    async def in_the_middle(self) -> None:
        """Wait until handlers have written and hold before their commit, and nothing moves any more."""
        async with asyncio.timeout(60):
            await self.gate.shut.wait()
        await until(self._still)
        assert 0 < self.worker.in_flight <= PREFETCH

    async def noticed(self) -> None:
        """Let the handlers go on, into the outage, and wait until they have failed, twice each on the average."""
        enough = self.worker.failures + 2 * self.worker.in_flight
        self.gate.open()
        await becomes(lambda: self.worker.failures >= enough, 60)

    @asynccontextmanager
    async def away(self, *, kill: bool) -> AsyncIterator[None]:
        """The server is killed, or stopped in order, and there again afterwards."""
        await asyncio.to_thread(self.postgres.kill9 if kill else self.postgres.stop)
        try:
            yield
        finally:
            await asyncio.to_thread(self.postgres.start)

    async def _still(self) -> bool:
        """Every message waits, is in hand, or has its effect committed: none is acknowledged without.

        And as much is in hand as may be: the broker has no place left to fill that an acknowledgement made.
        """
        committed = (await self.bench.effects()).total()
        in_hand = self.worker.in_flight
        full = in_hand == min(PREFETCH, EVENTS - committed)
        return full and await self.bench.ready() + in_hand + committed == EVENTS


@pytest.fixture
async def run(bench, ground):
    await bench.enqueue(f"P{number}" for number in range(EVENTS))
    return Run(bench, Gate(), ground.postgres)


async def test_the_server_dies_in_the_middle_of_handlers(run, bench, chance):
    deaths = [True, True, True, False, False]
    chance.shuffle(deaths)
    run.gate.shut_after(chance.randint(1, 30))
    async with running(run.worker):
        await run.in_the_middle()
        recoveries = [await run.outage(kill=kill, then=PREFETCH + chance.randint(1, 8)) for kill in deaths]
        run.gate.open()
        await until(lambda: bench.has_effects(EVENTS), 60)
        await becomes(run.worker.is_idle)
    again = len(run.worker.deliveries) - EVENTS
    seen = await bench.outcome("F3", "PostgreSQL dies 5 times in handlers", EVENTS, again, max(recoveries))
    assert (seen.lost, seen.doubled, seen.again) == (0, 0, 0)
    assert run.worker.attempts_burnt() == 0
    assert (await bench.ready(), await bench.elsewhere()) == (0, 0)
    assert [bench.counted(outcome) for outcome in ("duplicate", "retried", "dead", "unsettled")] == [0, 0, 0, 0]


async def test_a_consumer_that_stops_during_the_outage_gives_everything_back(run, bench, chance):
    run.gate.shut_after(chance.randint(1, 100))
    worker = asyncio.create_task(run.worker.run())
    await run.in_the_middle()
    committed = (await bench.effects()).total()
    async with run.away(kill=True):
        await run.noticed()
        run.worker.stop()
        await asyncio.wait_for(worker, 10)
        await until(lambda: bench.is_ready(EVENTS - committed))
    assert (await bench.effects()).total() == committed
    second, began = bench.replica(), time.monotonic()
    async with running(second):
        await until(lambda: bench.has_effects(EVENTS), 60)
        await becomes(second.is_idle)
    again = sum(message.redelivered for message in second.deliveries)
    seen = await bench.outcome(
        "F3", "consumer stopped while PostgreSQL is away", EVENTS, again, time.monotonic() - began
    )
    assert (seen.lost, seen.doubled) == (0, 0)
    assert again <= PREFETCH
    assert not any(ATTEMPT in message.headers for message in second.deliveries)
