"""F15: what a consumer and a publisher do while RabbitMQ blocks them: they wait with a bound, and lose nothing."""

import asyncio
import time
from contextlib import AsyncExitStack
from functools import partial

import aio_pika
import pytest
from faults.alarms import ALARMS, alarm
from faults.inprocess import DEAD, becomes, effect, make_bench
from faults.seen import NOT_SETTLED
from structlog.testing import capture_logs
from support.messaging import running, until

from shared.contracts.events import EmailConfirmed
from shared.messaging.failed import ATTEMPT
from shared.messaging.failures import BrokerUnavailableError, PermanentError, RetryableError
from shared.messaging.topology import RETRY_EXCHANGE, RETRY_TIERS
from shared.service import STOP_SECONDS

__all__ = ["make_bench"]

KINDS = {"fine": 200, "later": 8, "never": 8}
"""Messages that have their effect at once, that are retried once, and that are refused for good. Fewer than a prefetch of the
latter two: in a consumer's hands, they leave room for others."""
PATIENCE = 3.0
"""Seconds after which a publish that is not answered is given up; the product's own are more (``broker.PUBLISH_TIMEOUT``)."""


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    monkeypatch.setattr("shared.messaging.broker.PUBLISH_TIMEOUT", PATIENCE)


class Mishaps:
    """A handler for each kind of message."""

    def __init__(self):
        self.seen = set()

    async def handler(self, event, work):
        kind, name = event.family_name.split(" ")[0], event.family_name
        if kind == "never":
            raise PermanentError("refused by the test")
        if kind == "later" and name not in self.seen:
            self.seen.add(name)
            raise RetryableError("not yet")
        await effect(event, work)


@pytest.fixture
async def worker(bench, chance):
    """A consumer at rest, and all messages in its queue, in any order."""
    names = [f"{kind} {number}" for kind, many in KINDS.items() for number in range(many)]
    await bench.enqueue(chance.sample(names, len(names)))
    return bench.replica(Mishaps().handler)


async def test_failed_messages_stay_in_hand_until_they_can_be_put_elsewhere(bench, worker, ground, chance):
    which = chance.choice(sorted(ALARMS))
    failed = KINDS["later"] + KINDS["never"]
    async with AsyncExitStack() as stack:
        async with alarm(ground.rabbit, which):
            await stack.enter_async_context(running(worker))
            await until(lambda: bench.has_effects(KINDS["fine"]), 30)
            began = time.monotonic()
            await becomes(lambda: time.monotonic() - began > 3 * PATIENCE, 30)
            assert (worker.in_flight, await bench.ready()) == (failed, 0), "acknowledged, or given back"
            assert worker.attempts_burnt() == 0
        back = time.monotonic()
        await until(lambda: bench.has_effects(KINDS["fine"] + KINDS["later"]), 30)
        await becomes(worker.is_idle)
    events = KINDS["fine"] + KINDS["later"]
    again = sum(message.redelivered for message in worker.deliveries)
    seen = await bench.outcome("F15", f"{which} alarm, {failed} failed in hand", events, again, time.monotonic() - back)
    assert (seen.lost, seen.doubled, seen.again) == (0, 0, 0)
    dead = [message.message_id for message in await bench.consume_all(DEAD)]
    assert len(set(dead)) == KINDS["never"]
    assert {message.headers[ATTEMPT] for message in worker.deliveries if ATTEMPT in message.headers} == {1}
    assert bench.counted("unsettled") == 0


async def test_a_consumer_that_is_told_to_stop_gives_back_what_it_can_not_put_elsewhere(bench, worker, ground):
    failed = KINDS["later"] + KINDS["never"]
    async with alarm(ground.rabbit, "memory"):
        working = asyncio.create_task(worker.run())
        await until(lambda: bench.has_effects(KINDS["fine"]), 30)
        told = time.monotonic()
        with capture_logs() as logs:
            worker.stop()
            await asyncio.wait_for(working, STOP_SECONDS)
        stopping = time.monotonic() - told
        assert [line["event"] for line in logs].count(NOT_SETTLED) == failed
        await until(lambda: bench.is_ready(failed))
    second, back = bench.replica(Mishaps().handler), time.monotonic()
    async with running(second):
        await until(lambda: bench.has_effects(KINDS["fine"] + KINDS["later"]), 30)
        await becomes(second.is_idle)
    events, again = KINDS["fine"] + KINDS["later"], sum(message.redelivered for message in second.deliveries)
    case = f"consumer stopped within {stopping:.1f} s of an alarm"
    seen = await bench.outcome("F15", case, events, again, time.monotonic() - back)
    assert (seen.lost, seen.doubled) == (0, 0)
    assert len({message.message_id for message in await bench.consume_all(DEAD)}) == KINDS["never"]
    assert await bench.ready() == 0
    assert sum([await bench.ready(RETRY_EXCHANGE + tier) for tier in RETRY_TIERS]) == 0


async def test_a_publish_is_given_up_in_time_and_the_next_ones_at_once(bench, ground):
    broker, message = bench.broker("activation"), aio_pika.Message(b"{}")
    publish = partial(broker.publish, "espace.events", EmailConfirmed.routing_key(), message)
    async with alarm(ground.rabbit, "memory"):
        for bound in (PATIENCE + 5, 2):
            began = time.monotonic()
            with pytest.raises(BrokerUnavailableError):
                await publish()
            assert time.monotonic() - began < bound
        with pytest.raises(BrokerUnavailableError, match="blocked"):
            await broker.ensure_accepting()
    await until(lambda: accepts(broker))
    await publish()
    await until(lambda: bench.is_ready(2))  # the first one was on its way all the time


async def accepts(broker):
    try:
        await broker.ensure_accepting()
    except BrokerUnavailableError:
        return False
    return True
