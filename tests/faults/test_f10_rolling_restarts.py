"""F10: every replica of every service, and the print shop's worker, is stopped in order and started again, under load.

Nobody notices: not who uses the site, not the messages. An orderly stop gives no message back that it was given. What RabbitMQ
counts of its own meanwhile (``test_f10_stops_in_a_backlog.py``) is only told.
"""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from faults.events import EFFECTS, Flow
from faults.seen import Counted, delivery_counts, given_back, outboxes
from faults.stops import STOP_SECONDS, Stops
from support.outcomes import Outcome, record

from launcher import services
from launcher.services import PRINT_SHOP, SERVICES
from shared.messaging.topology import ANSWERS_FOR, RETRY_EXCHANGE, RETRY_TIERS, dead_letter_queue

QUEUES = [queue for queues in ANSWERS_FOR.values() for queue in queues]
NEVER = [
    *((dead_letter_queue(queue), "publish") for queue in QUEUES),
    *((RETRY_EXCHANGE + tier, "publish") for tier in RETRY_TIERS),
]
"""What a stop in order must not make the broker count: failed attempts."""
AGAIN = [(queue, "redeliver") for queue in QUEUES]
BACKLOG = 2000
UNDER_WAY = 500
"""Events at most: always work in hand when a replica stops, and never more than is done within a minute after the last."""


def test_one_replica_of_each_service_is_restarted_under_load(running, web, chance):
    """And the print shop's worker, in any order."""
    lanes = [[chance.choice(replicas)] for replicas in parts(running)]
    roll(running, web, chance, [chance.sample(lanes, len(lanes))], pause=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_ten_rounds_of_all_replicas_under_load(running, web, chance):
    lanes = parts(running)
    roll(running, web, chance, [chance.sample(lanes, len(lanes)) for _ in range(10)], pause=4)


def parts(running):
    """The replicas of each service, and the worker."""
    return [*(services.replicas(running.places, name) for name in SERVICES), [PRINT_SHOP]]


def roll(running, web, chance, rounds, pause):
    """In each round restart the parts of each lane one after the other; some lanes at the same time."""
    flow, stops = Flow(running), Stops(running)
    counted, back = Counted(running, [*NEVER, *AGAIN]), given_back(running)

    async def play():
        await counted.begin()
        async with events(flow, chance):
            for lanes in rounds:
                await asyncio.gather(*(stops.one_by_one(lane) for lane in lanes))
        ended = time.monotonic()
        await flow.all_handled(60)
        return ended

    with web.busy(pause):
        ended = running.do(play(), 1100)
    running.do(flow.until(web.all_served, 120))
    running.do(flow.until(lambda: outboxes(running) == 0, 60))
    recovery = time.monotonic() - ended
    served = web.served()
    lost = flow.lost() + sum(count == 0 for count in served.values())
    doubled = flow.doubled() + sum(max(0, count - 1) for count in served.values())
    grown = running.do(counted.grown())
    again = sum(grown.pop(figure, 0) for figure in AGAIN)
    case = (
        f"{len(stops.seconds)} restarts, slowest stop {max(stops.seconds):.1f} s,"
        f" {web.answers.total()} requests, {len(web.answers.failed)} failed"
    )
    seen = record(Outcome("F10", case, flow.published + len(served), lost, doubled, again, recovery))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert (web.answers.failed, {status // 100 for status in web.answers.statuses}) == ([], {2, 3})
    assert set(stops.statuses) == {0}
    assert max(stops.seconds) < STOP_SECONDS
    assert grown == {}
    assert given_back(running) == back


@asynccontextmanager
async def events(flow, chance):
    """As long as the block lasts, events come; when `UNDER_WAY` of them wait for their effects, no more until fewer do."""
    ended = asyncio.Event()

    async def go_on():
        while not ended.is_set():
            await flow.publish(flow.published + chance.randint(5, 40), chance)
            await flow.until(lambda: flow.published - flow.handled() < UNDER_WAY, 120)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        ended.set()
        await task


def test_a_service_that_stops_in_a_backlog_leaves_it_untouched(running, chance):
    """All replicas of a service stop in the middle of it: what waits then was with none of them.

    The broker may count one delivery at each replica's cancel (see ``test_f10_stops_in_a_backlog.py``), and what it takes back
    from the first to leave it may assign to the next.
    """
    flow, stops, back = Flow(running), Stops(running), given_back(running)
    service = chance.choice(sorted(EFFECTS))
    _, queue = EFFECTS[service]
    replicas = services.replicas(running.places, service)

    async def play():
        publishing = asyncio.create_task(flow.publish(BACKLOG, chance))
        await flow.until(lambda: flow.handled() > BACKLOG // 10, 60)
        await stops.end(*replicas)
        await publishing
        await flow.until(lambda: flow.waiting() == 0, 60)
        counts = await delivery_counts(running, service, queue)
        began = time.monotonic()
        await stops.begin(*replicas)
        await flow.all_handled(90)
        return counts, time.monotonic() - began

    counts, recovery = running.do(play(), 300)
    case = (
        f"{service} stopped with {len(counts)} waiting ({sum(counts)} counted), slowest stop {max(stops.seconds):.1f} s"
    )
    seen = record(Outcome("F10", case, BACKLOG, flow.lost(), flow.doubled(), None, recovery))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert stops.statuses == [0] * len(replicas)
    assert max(stops.seconds) < STOP_SECONDS
    assert len(counts) > 0
    assert max(counts) <= len(replicas)
    assert given_back(running) == back
