"""F7: a binding is missing. What nobody can take stays in the outbox and calls for help; all else flows on."""

import asyncio
import json
import re
import time
from uuid import uuid4

import pytest
from faults.events import metrics
from faults.whole import Counts, administrator, bound_to, letters_are, make_world
from support.messaging import until
from support.outcomes import Outcome, record
from support.producers import told_by_each
from support.servers import DEFINITIONS

from launcher import services
from launcher.story import Journey
from shared.contracts.events import AccountAlreadyOpen, AccountRequested
from shared.messaging.failures import UnroutableError
from shared.messaging.relay import POLL_SECONDS

__all__ = ["make_world"]

UNROUTABLE, OTHERS = 20, 30
SLACK = 8.0
"""Seconds for all that is not waiting: a relay's look, the way through two services, a busy machine."""
PENDING = f"from outbox where published_at is null and type = '{AccountRequested.type()}'"
DUE = "extract(epoch from max(available_at) - now())"
QUEUE = "letters.account-requested"


@pytest.fixture
async def unbound(running):
    """Nobody takes an account's request."""
    async with administrator(running) as channel:
        exchange = await channel.get_exchange(AccountRequested.exchange, ensure=False)
        for name in bound_to(AccountRequested):
            queue = await channel.get_queue(name, ensure=False)
            await queue.unbind(exchange, AccountRequested.routing_key())
        yield
    bind_again(running)


def bind_again(running):
    """As an operator does it: the definitions are imported once more."""
    running.system.rabbit.import_definitions(DEFINITIONS)


async def test_what_is_unroutable_waits_in_the_outbox_and_all_else_flows(running, world, someone, chance, unbound):
    counts, alarm = Counts(running), alarms(running)
    journey = Journey(running.places, someone())
    await asyncio.to_thread(journey.ask)  # the page says that the request is taken: it is, in the outbox
    document = next(told_by_each(AccountRequested))[1]
    with pytest.raises(UnroutableError):
        await world.publish(AccountRequested, document)

    others = [f"f7-{uuid4().hex}@exemple.fr" for _ in range(OTHERS)]
    began = time.monotonic()
    await commit(world, chance, others)
    await until(lambda: told(world, others), 30)
    beside = time.monotonic() - began
    await until(lambda: tried_twice(world), 30)
    requests = await waiting(world)
    ((reason, tries, due),) = await world.rows(
        "registration", f"select min(last_error), sum(attempts), {DUE} {PENDING}"
    )
    risen = alarms(running) - alarm

    await asyncio.to_thread(bind_again, running)
    bound = time.monotonic()
    await until(lambda: asked_for(world, requests), 60)
    recovery = time.monotonic() - bound
    await until(lambda: counts.reach({QUEUE: len(requests)}, {}), 30)
    await letters_are("posted", world, requests)
    letters = await world.rows("letters", f"select request_id from letter where request_id in ({listed(requests)})")
    lost, doubled = len(requests) - len(set(letters)), len(letters) - len(set(letters))
    case = f"binding removed, the others' outbox took {beside:.1f} s"
    again = counts.of("duplicate")[QUEUE]
    seen = record(Outcome("F7", case, len(requests) + OTHERS, lost, doubled, again, recovery))
    assert (seen.lost, seen.doubled, seen.again) == (0, 0, 0)
    assert len(requests) == UNROUTABLE + 1
    assert reason == f"no queue for {AccountRequested.exchange} {AccountRequested.routing_key()}"
    assert risen >= tries >= 2 * len(requests), "the figure that raises the alarm"
    assert beside < SLACK
    assert recovery < float(due) + POLL_SECONDS + SLACK
    await asyncio.to_thread(journey.receive_letter)
    journey.member.close()


async def commit(world, chance, others):
    """In one transaction of registration, in any order: what is unroutable and what is not."""
    said = [AccountAlreadyOpen(person_id=uuid4(), request_id=uuid4(), email=email) for email in others]
    said += [AccountRequested.received(next(told_by_each(AccountRequested))[1]["data"]) for _ in range(UNROUTABLE)]
    async with world.databases["registration"].unit_of_work() as work:
        for event in chance.sample(said, len(said)):
            await work.publish(event)


async def waiting(world):
    """The requests that wait in the outbox."""
    rows = await world.rows("registration", f"select body {PENDING}")
    return [json.loads(body)["data"]["request_id"] for (body,) in rows]


def alarms(running):
    """``espace_outbox_unroutable_total`` over all replicas."""
    texts = [metrics(running, replica) for replica in services.replicas(running.places, "registration")]
    return sum(float(re.search(r"^espace_outbox_unroutable_total (\S+)$", text, re.MULTILINE)[1]) for text in texts)


async def told(world, recipients):
    """Whether the mails of the other events are written down to be sent."""
    query = f"select count(*) from delivery where recipient in ({listed(recipients)})"
    return await world.rows("notifier", query) == [(len(recipients),)]


async def tried_twice(world):
    """Whether everything that waits was tried twice, and none is put off for longer than 5 s doubled with each try."""
    query = f"select min(attempts), {DUE} <= 5 * 2 ^ (max(attempts) - 1) {PENDING}"
    ((least, within),) = await world.rows("registration", query)
    return least >= 2 and within


async def asked_for(world, requests):
    """Whether letters knows of all requests."""
    query = f"select count(distinct request_id) from letter where request_id in ({listed(requests)})"
    return await world.rows("letters", query) == [(len(requests),)]


def listed(values):
    return ", ".join(f"'{value}'" for value in values)
