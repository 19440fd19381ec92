"""F2: the broker is gone while people use the site: they notice nothing, and what it should have been told arrives later."""

from contextlib import asynccontextmanager

import pytest
from faults.outage import Outage, Story, all_away


def gone(running, *, kill, seconds=0):
    @asynccontextmanager
    async def lasting():
        await running.system.end("rabbitmq", kill=kill)
        try:
            yield
        finally:
            await running.system.begin("rabbitmq")

    return Outage("F2", f"broker {'killed' if kill else 'stopped'}", lasting, all_away, seconds)


def test_people_use_the_site_while_the_broker_is_gone_for_a_moment(running, web, chance):
    Story(running, web, chance).survive(gone(running, kill=chance.random() < 0.5))


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
def test_people_use_the_site_while_the_broker_is_gone_for_a_minute(running, web, chance, kill):
    Story(running, web, chance).survive(gone(running, kill=kill, seconds=60))
