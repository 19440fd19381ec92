"""The whole running system as one who speaks to its services through the broker sees it."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from faults.events import handled_by
from support.at_work import World
from support.messaging import until
from support.producers import KINDS, Document, told_by_each
from support.servers import DEFINITIONS
from support.system import Running

from launcher import rabbitmq_files, services
from launcher.system import VHOST
from shared.contracts.event import Message
from shared.messaging.topology import ANSWERS_FOR
from shared.security.sealing import SealingKey

SERVICE_OF = {
    queue: service for service, queues in ANSWERS_FOR.items() for queue in queues if queue.startswith(f"{service}.")
}
"""Queue → the service that consumes it; the print shop is none."""
TIMES = 5
"""Deliveries of a message that is told again and again."""
AT_ONCE = 200
"""Publishes that wait for their confirms."""

_BINDINGS = json.loads(DEFINITIONS.read_text())["bindings"]

Told = tuple[str, Document, type[Message]]
"""A message as a producer tells it: by which producer, what, and of which kind."""


@pytest.fixture(name="world")
async def make_world(running: Running) -> AsyncIterator[World]:
    """The running system's broker, with every service's user, and its databases."""
    async with AsyncExitStack() as stack:
        world = World(None, lambda user: running.secret(user, "broker_url"), running.places.var, stack)
        for name in services.SERVICES:
            world.look_into(services.package(name), running.secret(name, "database_url"))
        yield world


@asynccontextmanager
async def administrator(running: Running) -> AsyncIterator[AbstractChannel]:
    """A channel of whoever operates the running system's broker."""
    rabbit = running.system.rabbit
    url = rabbit.url(rabbitmq_files.ADMIN, rabbitmq_files.admin_password(rabbit.folder), VHOST)
    async with await aio_pika.connect(url) as connection:
        yield await connection.channel()


def told_to(running: Running) -> list[Told]:
    """Every golden message of every kind that a service handles, as each producer tells it; of its own at each call."""
    notifier = SealingKey.parse(running.secret("activation", "notifier_public_key"))
    return [(name, document, kind) for kind in KINDS for name, document in told_by_each(kind, notifier)]


async def publish(world: World, told: Sequence[Told]) -> None:
    """Publish in this order, and many at once."""
    for first in range(0, len(told), AT_ONCE):
        await asyncio.gather(*(world.publish(kind, document) for _, document, kind in told[first : first + AT_ONCE]))


def bound_to(kind: type[Message]) -> list[str]:
    """The queues that take a message of that kind."""
    return [row["destination"] for row in _BINDINGS if row["routing_key"] == kind.routing_key()]


async def letters_are(state: str, world: World, requests: Sequence[str]) -> list[UUID]:
    """Wait until the letters of these requests are in that state; returns their batches."""
    ids = ", ".join(f"'{request}'" for request in requests)
    query = f"select batch_id from letter where state = '{state}' and request_id in ({ids})"

    async def reached() -> bool:
        return len(await world.rows("letters", query)) == len(requests)

    await until(reached, 90)
    return sorted({batch for (batch,) in await world.rows("letters", query)})


class Counts:
    """What became of the messages of each queue of the services, from now on (``espace_messages_total``)."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._before = self._now()

    async def reach(self, handled: dict[str, int], duplicates: dict[str, int]) -> bool:
        """Whether the queues' messages were handled so often, and recognised at least so often.

        Handled more often fails at once. Recognised more often does not: a relay that waits too long for a confirm, as on a
        busy machine, publishes once more, and that is what the inbox is for.
        """
        found = await asyncio.to_thread(self.of, "handled")
        over = {queue: found[queue] for queue, number in handled.items() if found[queue] > number}
        assert not over, f"handled more often than {handled}: {over}"
        recognised = await asyncio.to_thread(self.of, "duplicate")
        return all(found[queue] == number for queue, number in handled.items()) and all(
            recognised[queue] >= number for queue, number in duplicates.items()
        )

    def of(self, outcome: str) -> dict[str, int]:
        """Queue → messages with that outcome, over all replicas."""
        now = self._now()
        return {
            queue: sum(now[one][queue][outcome] - self._before[one][queue][outcome] for one in self._replicas(queue))
            for queue in SERVICE_OF
        }

    def total(self, outcome: str) -> int:
        """Messages with that outcome, of all queues."""
        return sum(self.of(outcome).values())

    def shares(self, queue: str) -> list[int]:
        """How many of a queue's messages each replica had."""
        now = self._now()
        return [now[one][queue].total() - self._before[one][queue].total() for one in self._replicas(queue)]

    def _replicas(self, queue: str) -> list[str]:
        return services.replicas(self._running.places, SERVICE_OF[queue])

    def _now(self) -> dict[str, defaultdict[str, Counter[str]]]:
        return {replica: handled_by(self._running, replica) for replica in services.all_replicas(self._running.places)}
