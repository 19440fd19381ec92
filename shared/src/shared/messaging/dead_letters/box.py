"""Looking into a dead-letter queue and taking from it; what is not settled goes back in the order it came.

Consumers one after the other, each with a window, so that whoever has found what they look for holds little more than
what came before it: giving back takes longest. Not ``basic.get``: on quorum queues that costs 3 ms a message, this 0.2.
The broker counts every message given back as one more delivery; the dead letters' policy lets it (``deploy/broker``).
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.broker import Broker
from shared.messaging.dead_letters.access import ANSWER_SECONDS, broker_errors, count
from shared.messaging.dead_letters.letter import DeadLetter, read_letter
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import dead_letter_queue

BATCH = 100
MOST = 50_000
"""How many messages are looked at in one queue."""
_WINDOW = 500
"""Messages that one consumer is sent."""
SILENCE_SECONDS = 3.0
"""Nothing comes for so long: others hold the rest, or it is gone."""
_KEEPS_ORDER = 32
"""RabbitMQ's quorum queues return so many of one consumer in their order; more, or several consumers', in any (keys of an
Erlang map)."""
_POLLS, _POLL_SECONDS = 250, 0.002

Taken = tuple[AbstractIncomingMessage, DeadLetter]


class Box:
    """The dead-letter queue of one queue, on a channel of its own. Everything raises what ``open_box`` raises."""

    def __init__(self, queue: str, channel: AbstractChannel, ready: int) -> None:
        self.queue = queue
        self.ready = ready
        """Messages in it when it was opened, without those that somebody else holds."""
        self._channel = channel
        self._arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        self._held: list[tuple[int, str]] = []
        """Delivery tags, and which consumer has each."""

    async def look(self, most: int = MOST) -> AsyncGenerator[AbstractIncomingMessage, None]:
        """Each message once, up to ``most``; all go back afterwards. Who leaves it early closes it (``aclosing``)."""
        async with aclosing(self._messages(min(most, self.ready, MOST))) as messages:
            async for message in messages:
                self.keep(message)
                yield message

    async def batches(self, wanted: Counter[str]) -> AsyncGenerator[list[Taken], None]:
        """Messages by the digest of their body, as many of each as ``wanted`` says, up to ``BATCH`` at once.

        Whoever takes a batch acknowledges or keeps each of it before asking for the next.
        """
        remaining = Counter(wanted)
        others = max(0, self.ready - wanted.total())
        batch: list[Taken] = []
        async with aclosing(self._messages(min(others, MOST) + wanted.total())) as messages:
            async for message in messages:
                letter = read_letter(self.queue, message)
                if remaining[letter.sha256] > 0:
                    remaining[letter.sha256] -= 1
                    batch.append((message, letter))
                else:
                    self.keep(message)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
                if not remaining.total():
                    break
            if batch:
                yield batch

    def keep(self, message: AbstractIncomingMessage) -> None:
        """Give this one back at the end."""
        self._held.append((message.delivery_tag or 0, message.consumer_tag or ""))

    async def acknowledge(self, messages: list[AbstractIncomingMessage]) -> None:
        """Take messages off the queue; returns when the broker has seen that."""
        with broker_errors(self.queue):
            for message in messages:
                await message.ack()
            await count(self._channel, self.queue)

    async def _messages(self, most: int) -> AsyncGenerator[AbstractIncomingMessage, None]:
        """Up to ``most``, window by window. Those that are neither kept nor acknowledged go back, too."""
        self._channel.close_callbacks.add(cast("Any", lambda *_: self._arrived.put_nowait(None)))
        try:
            for first in range(0, most, _WINDOW):
                size = min(_WINDOW, most - first)
                async with self._window(size):
                    for _ in range(size):
                        message = await self._next()
                        if message is None:
                            return
                        yield message
        finally:
            if not self._channel.is_closed:
                with broker_errors(self.queue):
                    await self._give_back()

    async def _next(self) -> AbstractIncomingMessage | None:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await self._arrived.get()
        except TimeoutError:
            return None
        if message is None:
            raise BrokerUnavailableError("the connection was lost")
        return message

    @asynccontextmanager
    async def _window(self, size: int) -> AsyncIterator[None]:
        with broker_errors(self.queue):
            await self._channel.set_qos(prefetch_count=size)
            queue = await self._channel.get_queue(dead_letter_queue(self.queue), ensure=False)
            tag = await queue.consume(self._arrived.put, timeout=ANSWER_SECONDS)
        try:
            yield
        finally:
            if not self._channel.is_closed:
                with broker_errors(self.queue):
                    await queue.cancel(tag, timeout=ANSWER_SECONDS)

    async def _give_back(self) -> None:
        """A few at a time, each waited for: of more, the broker would shuffle the order."""
        before = await count(self._channel, self.queue)  # when that is answered, all that was sent has arrived
        while not self._arrived.empty():
            message = self._arrived.get_nowait()
            if message is not None:
                self.keep(message)
        channel = await self._channel.get_underlay_channel()
        for some in _in_few(sorted(self._held)):
            await channel.basic_nack(some[-1][0], multiple=True, requeue=True)
            for _ in range(_POLLS):  # bounded: somebody else may take them at once
                now = await count(self._channel, self.queue)
                if now >= before + len(some):
                    break
                await asyncio.sleep(_POLL_SECONDS)
            before = now


def _in_few(held: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """As many of one consumer as keep their order."""
    for _, group in groupby(held, key=itemgetter(1)):
        window = list(group)
        for first in range(0, len(window), _KEEPS_ORDER):
            yield window[first : first + _KEEPS_ORDER]


@asynccontextmanager
async def open_box(broker: Broker, queue: str) -> AsyncIterator[Box]:
    """Open the dead-letter queue of ``queue``.

    Raises:
        BrokerUnavailableError: the broker can't be reached, or was lost meanwhile.
        TopologyError: it has no such queue, or lets us not read it.
    """
    channel = await broker.channel()
    with broker_errors(queue):
        ready = await count(channel, queue)
    try:
        yield Box(queue, channel, ready)
    finally:
        if not channel.is_closed:
            with broker_errors(queue):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await channel.close()
