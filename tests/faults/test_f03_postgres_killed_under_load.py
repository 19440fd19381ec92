"""F3: PostgreSQL is killed twice and restarted in order once under every service at work; no service is started again."""

import asyncio
import time

from faults.events import EFFECTS, Flow, handled
from support.outcomes import Outcome, record

EVENTS = 2000


def test_events_survive_a_server_that_dies(running, chance):
    flow = Flow(running)
    pids = running.pids()
    before = costs(running)
    deaths = [True, True, False]
    chance.shuffle(deaths)

    async def play() -> float:
        publishing = asyncio.create_task(flow.publish(EVENTS, chance))
        for share, kill in zip((1 / 4, 1 / 2, 3 / 4), deaths, strict=True):
            await flow.until(lambda share=share: flow.handled() >= EVENTS * share, 90)
            await running.system.restart("postgres", kill=kill)
        back = time.monotonic()
        await publishing
        await flow.until(lambda: flow.handled() == EVENTS, 60)
        seconds = time.monotonic() - back
        await flow.until(lambda: flow.waiting() == 0, 60)
        return seconds

    recovery = running.do(play(), 280)
    again = flow.again()
    seen = record(
        Outcome("F3", "PostgreSQL dies 3 times under load", EVENTS, flow.lost(), flow.doubled(), again, recovery)
    )
    assert (seen.lost, seen.doubled) == (0, 0)
    assert costs(running) == before, "the outage cost messages an attempt, or gave some back"
    assert running.pids() == pids, "a service had to be started again"


def costs(running):
    """Messages that took a delayed tier, became dead letters or went back to the queue."""
    return {
        queue: sum(handled(running, service, queue).get(outcome, 0) for outcome in ("retried", "dead", "unsettled"))
        for service, (_, queue) in EFFECTS.items()
    }
