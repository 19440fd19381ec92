"""F13: version 2 of a message beside version 1 while replicas are replaced, in the right order and in the wrong one.

``docs/events/README.md`` says the order: consumers first, then the binding and the producer.
"""

import time
from contextlib import AsyncExitStack
from typing import ClassVar
from uuid import uuid4

import pytest
from support.messaging import confirmed, until
from support.outcomes import record
from support.shared_queue import AT_LEAST, SharedQueue

from member_space.handlers import email_confirmed
from shared.contracts.event import Event
from shared.contracts.events import EmailConfirmed
from shared.messaging.failures import UnroutableError


class EmailConfirmedV2(Event):
    """The same with one name instead of two: what no version 1 could become."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "email-confirmed"
    version: ClassVar[int] = 2

    account_id: str
    full_name: str
    email: str


async def email_confirmed_v2(event, work):
    as_before = {"civility": "", "given_name": "", "family_name": event.full_name}
    known = event.model_dump(include={"person_id", "account_id", "email"})
    await email_confirmed(EmailConfirmed(**known, **as_before), work)


OLD = {EmailConfirmed: email_confirmed}
NEW = {EmailConfirmed: email_confirmed, EmailConfirmedV2: email_confirmed_v2}


def version_2():
    return EmailConfirmedV2(
        person_id=uuid4(), account_id=str(uuid4()), full_name="Jeanne Garnier", email="j@exemple.fr"
    )


async def test_consumers_first_and_then_the_binding_and_the_producer(queue):
    """A rolling upgrade of both replicas under load, and nothing is a dead letter."""
    with pytest.raises(UnroutableError):
        await queue.publish(version_2())  # too early: the relay would keep it in the outbox
    async with AsyncExitStack() as upgraded:
        async with queue.replica(OLD), queue.load(confirmed):
            async with queue.replica(OLD):
                await queue.more_handled()
            await upgraded.enter_async_context(queue.replica(NEW))
            await queue.more_handled()  # one old, one new
        await upgraded.enter_async_context(queue.replica(NEW))
        queue.bind(EmailConfirmedV2)
        async with queue.load(confirmed), queue.load(version_2):  # the producer's replicas are replaced one by one, too
            await queue.more_handled()
        began = time.monotonic()
        await queue.everything_handled()
    seen = record(await queue.outcome("version 2, consumers first", time.monotonic() - began))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert await queue.dead() == 0
    assert await queue.spaces("family_name = 'Jeanne Garnier'") >= AT_LEAST
    assert await queue.spaces("family_name = 'Garnier'") >= 2 * AT_LEAST


async def test_in_the_wrong_order_messages_are_dead_letters_and_come_back(queue):
    """What a consumer does not know it buries, with the reason; replayed after the upgrade, all have their effect."""
    queue.bind(EmailConfirmedV2)
    async with queue.replica(OLD), queue.replica(NEW):
        for _ in range(AT_LEAST):
            await queue.publish(version_2())
        await until(queue.nothing_waits)
    dead = await queue.dead()
    assert 0 < dead < AT_LEAST
    assert await queue.spaces() == AT_LEAST - dead
    async with queue.replica(NEW):
        began = time.monotonic()
        assert set(await queue.replay()) == {f"undecodable: unknown type {EmailConfirmedV2.type()}"}
        await queue.everything_handled()
    seen = record(await queue.outcome("version 2, wrong order, replayed", time.monotonic() - began))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert await queue.dead() == 0


@pytest.fixture
async def queue(rabbit, vhost, broker_url, new_database):
    shared = SharedQueue(rabbit, vhost, new_database("member_space"), broker_url)
    await shared.watch()
    yield shared
    await shared.close()
