"""F10: consumers stop in order in the middle of a backlog, again and again. What one was given it finishes.

What comes with the broker's mark « redelivered » has reached none before. RabbitMQ 3.10 does that: what a quorum queue assigns
to a consumer in the moment of its cancel never leaves the broker, and is counted as delivered when the channel closes.
"""

import time

from faults.inprocess import make_bench
from support.messaging import count, running, until

from shared.messaging.failed import ATTEMPT

__all__ = ["make_bench"]

EVENTS = 2000
"""Of which a stop comes in 40 to 160."""


async def test_what_a_consumer_was_given_reaches_no_other(bench, chance):
    await bench.enqueue(f"P{number}" for number in range(EVENTS))
    given, stops, marked = set(), 0, 0
    while len(given) < EVENTS:
        pair, began = (bench.replica(), bench.replica()), time.monotonic()
        wanted = min(EVENTS, len(given) + chance.randint(40, 160))
        async with running(*pair):
            await until(lambda wanted=wanted: handled(bench, wanted))
        for consumer in pair:
            ids = {message.message_id for message in consumer.deliveries}
            assert len(ids) == len(consumer.deliveries)
            assert not ids & given
            given |= ids
            marked += sum(message.redelivered for message in consumer.deliveries)
            assert not any(ATTEMPT in message.headers for message in consumer.deliveries)
        assert await handled(bench, len(given)), "given and not finished"
        stops += len(pair)
    case = f"{stops} stops in a backlog, {marked} counted by the broker alone"
    seen = await bench.outcome("F10", case, EVENTS, 0, time.monotonic() - began)
    assert (seen.lost, seen.doubled) == (0, 0)
    assert stops >= 10
    assert bench.counted("unsettled") == bench.counted("duplicate") == await bench.elsewhere() == 0


async def handled(bench, messages):
    """Whether at least so many have had their effect."""
    return await count(bench.database, "SELECT count(*) FROM effect") >= messages
