"""F15: RabbitMQ lacks memory or disk and blocks whoever publishes, while people use the site."""

import time
from functools import partial

import pytest
from faults.alarms import ALARMS, alarm
from faults.events import Flow
from faults.outage import Outage, Story, publishers_away
from faults.stops import STOP_SECONDS, Stops
from support.outcomes import Outcome, record

from launcher import services

PUBLISHED = 50


def alarmed(running, which, seconds=0):
    lasting = partial(alarm, running.system.rabbit, which)
    return Outage("F15", f"{which} alarm", lasting, publishers_away, seconds)


def test_people_use_the_site_during_an_alarm(running, web, chance):
    Story(running, web, chance).survive(alarmed(running, "memory"))


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("which", ALARMS)
def test_people_use_the_site_during_a_minute_of_alarm(running, web, chance, which):
    Story(running, web, chance).survive(alarmed(running, which, 60))


@pytest.mark.soak
def test_a_service_ends_in_time_during_an_alarm(running, chance):
    """With events in hand that the broker does not take: they stay in the outbox for the next one."""
    flow, stops = Flow(running), Stops(running)
    replicas = services.replicas(running.places, "activation")

    async def play():
        async with alarm(running.system.rabbit, "memory"):
            await flow.publish(PUBLISHED, chance)
            await stops.end(*replicas)
            kept = flow.waiting()
        back = time.monotonic()
        await stops.begin(*replicas)
        await flow.all_handled(60)
        return kept, time.monotonic() - back

    kept, recovery = running.do(play(), 250)
    case = f"activation stopped within an alarm, slowest stop {max(stops.seconds):.1f} s"
    seen = record(Outcome("F15", case, PUBLISHED, flow.lost(), flow.doubled(), None, recovery))
    assert (seen.lost, seen.doubled, kept) == (0, 0, PUBLISHED)
    assert stops.statuses == [0] * len(replicas)
    assert max(stops.seconds) < STOP_SECONDS
