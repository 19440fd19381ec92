"""F7: a failed message finds no way to its delay or its grave; it stays in hand, is not lost, and goes when it can."""

import asyncio
import json
import time

import pytest
from faults.inprocess import DEAD, QUEUE, becomes, effect, make_bench
from structlog.testing import capture_logs
from support.messaging import running, until
from support.servers import DEFINITIONS

from shared.messaging.failed import REASON
from shared.messaging.failures import PermanentError, RetryableError
from shared.messaging.topology import DEAD_EXCHANGE, RETRY_EXCHANGE

__all__ = ["make_bench"]

NEIGHBOURS = 100
TIER = RETRY_EXCHANGE + "10s"
BINDINGS = json.loads(DEFINITIONS.read_text())["bindings"]


@pytest.fixture
def waits():
    """How often the failed message found no way, and why."""
    with capture_logs() as logs:
        yield lambda: [line["reason"] for line in logs if line["event"] == "failed message waits"]


@pytest.mark.parametrize(
    ("exchange", "queue", "key", "error"),
    [(DEAD_EXCHANGE, DEAD, QUEUE, PermanentError), (TIER, TIER, "#", RetryableError)],
    ids=["no grave", "no delay"],
)
async def test_a_failed_message_without_a_way_out_is_kept(
    bench, ground, own_vhost, chance, waits, exchange, queue, key, error
):
    source = await bench.channel.get_queue(queue, ensure=False)
    await source.unbind(await bench.channel.get_exchange(exchange, ensure=False), key)
    mended = asyncio.Event()

    async def handler(event, work):
        if event.family_name == "Fails" and not (mended.is_set() and error is RetryableError):
            raise error("as it should")
        await effect(event, work)

    names = [*(f"P{number}" for number in range(NEIGHBOURS)), "Fails"]
    await bench.enqueue(chance.sample(names, len(names)))
    worker = bench.replica(handler)
    async with running(worker):
        await until(lambda: bench.has_effects(NEIGHBOURS), 60)
        await becomes(lambda: len(waits()) >= 3, 60)
        assert (worker.in_flight, await bench.elsewhere()) == (1, 0)
        mended.set()
        began = time.monotonic()
        await asyncio.to_thread(ground.rabbit.import_definitions, {"bindings": BINDINGS}, vhost=own_vhost)
        if error is PermanentError:
            await until(lambda: bench.is_ready(1, DEAD), 60)
        else:
            await until(lambda: bench.has_effects(NEIGHBOURS + 1), 60)
        recovery = time.monotonic() - began
        await becomes(worker.is_idle)
    buried = [message.headers[REASON] for message in await bench.consume_all(DEAD)]
    again = sum(message.redelivered for message in worker.deliveries)
    events = NEIGHBOURS + (error is RetryableError)
    seen = await bench.outcome("F7", f"{exchange} without a queue", events, again, recovery)
    assert (seen.lost, seen.doubled, seen.again) == (0, 0, 0)
    assert set(waits()) == {f"no queue for {exchange} {QUEUE}"}
    assert buried == (["permanent: as it should"] if error is PermanentError else [])
    assert (await bench.ready(), bench.counted("unsettled")) == (0, 0)
