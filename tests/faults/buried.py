"""What is buried in the running system: when it came there and with which words, and what people do with it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from faults.whole import administrator
from support.at_work import World
from support.messaging import until
from support.producers import Document, told_by_each
from support.system import Running

from launcher import services
from shared.contracts.event import Message
from shared.messaging.dead_letters.journal import Account
from shared.messaging.dead_letters.looking import find
from shared.messaging.dead_letters.settling import Settling
from shared.messaging.failed import ATTEMPT, ORIGINAL_QUEUE, REASON
from shared.messaging.topology import ANSWERS_FOR, DEAD_EXCHANGE, REPLAY_EXCHANGE

Spoil = Callable[[type[Message], Document], tuple[bytes, str]]
"""Makes poison of a message: its bytes, and the reason that they must be buried with."""
WHO = Account("the tests", "a fault test")


class Mortuary:
    """Sees a copy of everything that is buried, at the moment when it comes to its dead-letter queue."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._expected: dict[str, tuple[float, str]] = {}
        self._came: list[tuple[float, AbstractIncomingMessage]] = []

    async def see(self, message: AbstractIncomingMessage) -> None:
        """Something is buried."""
        self._came.append((time.monotonic(), message))

    async def poison(self, kind: type[Message], spoil: Spoil) -> None:
        """Publish poison of that kind, as its source would."""
        _, document = next(told_by_each(kind))
        body, reason = spoil(kind, document)
        self.expect(document, reason)
        await self._world.publish_bytes(kind, body, document["id"])

    def expect(self, document: Document, reason: str) -> None:
        """It is about to be published, and will be buried."""
        self._expected[document["id"]] = (time.monotonic(), reason)

    async def all_buried(self, number: int, waiting: int) -> None:
        """Wait until so many have been buried, and so many lie there."""

        async def reached() -> bool:
            return len(self._came) >= number and sum((await self._world.dead()).values()) == waiting

        await until(reached, 60)
        assert len(self._came) == number

    def seconds(self) -> list[float]:
        """From the publish of each until it was buried, in each queue."""
        return [came - self._expected[str(message.message_id)][0] for came, message in self._came]

    def wrong(self) -> list[tuple[str | None, dict[str, object]]]:
        """Queue and headers of what was buried with other words than it should."""
        return [
            (message.routing_key, dict(message.headers))
            for _, message in self._came
            if message.headers[REASON] != self._expected[str(message.message_id)][1]
            or message.headers[ATTEMPT] != 1
            or message.headers[ORIGINAL_QUEUE] != message.routing_key
        ]

    async def replay(self) -> int:
        """Each service's staff put back what lies there; returns how many."""
        return sum(await asyncio.gather(*(self._settle(service, Settling.replay) for service in ANSWERS_FOR)))

    async def drop(self) -> int:
        """They take away what lies there."""
        return sum(await asyncio.gather(*(self._settle(service, Settling.drop) for service in ANSWERS_FOR)))

    async def replay_and_die(self) -> None:
        """What a replay does until it dies: published, and not acknowledged."""
        for _, buried in self._came:
            copy = aio_pika.Message(buried.body, content_type=buried.content_type, message_id=buried.message_id)
            service = next(one for one, queues in ANSWERS_FOR.items() if buried.routing_key in queues)
            await self._world.broker(service).publish(REPLAY_EXCHANGE, str(buried.routing_key), copy)

    async def _settle(self, service: str, act: Callable[..., object]) -> int:
        broker = self._world.broker(service)
        letters = await find(broker, ANSWERS_FOR[service])
        outcome = await act(Settling(broker, self._world.databases[services.package(service)]), letters, WHO)
        assert (outcome.refused, outcome.missing) == (0, 0)
        return outcome.done


@pytest.fixture(name="mortuary")
async def make_mortuary(running: Running, world: World) -> AsyncIterator[Mortuary]:
    """Nothing is buried before, and nothing is left afterwards."""
    assert await world.dead() == {}
    mortuary = Mortuary(world)
    async with administrator(running) as channel:
        copies = await channel.declare_queue(exclusive=True)
        await copies.bind(await channel.get_exchange(DEAD_EXCHANGE, ensure=False), "#")
        await copies.consume(mortuary.see, no_ack=True)
        yield mortuary
    await mortuary.drop()
