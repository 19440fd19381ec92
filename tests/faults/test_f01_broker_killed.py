"""F1: the broker is killed at one third and at one half of 3,000 events; nothing is lost, everything has one effect."""

import asyncio
import time

from faults.events import Flow
from support.outcomes import Outcome, record

EVENTS = 3000


def test_events_survive_two_kills_of_the_broker(running, chance):
    flow = Flow(running)
    pids = running.pids()

    async def play() -> float:
        publishing = asyncio.create_task(flow.publish(EVENTS, chance))
        for share in (1 / 3, 1 / 2):
            await flow.until(lambda share=share: flow.handled() >= EVENTS * share, 120)
            await running.system.restart("rabbitmq", kill=True)
        back = time.monotonic()
        await publishing
        await flow.until(lambda: flow.handled() == EVENTS, 60)
        return time.monotonic() - back

    recovery = running.do(play(), 280)
    seen = record(Outcome("F1", "broker kill -9 twice", EVENTS, flow.lost(), flow.doubled(), flow.again(), recovery))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert running.pids() == pids, "a service had to be started again"
