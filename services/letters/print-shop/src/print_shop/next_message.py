"""One message from the queue, and none held back from other workers while it is handled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from print_shop.incoming import QUEUE
from shared.messaging.broker import Broker, when_lost
from shared.messaging.failures import BrokerUnavailableError


@asynccontextmanager
async def next_message(
    broker: Broker, stopping: asyncio.Event, patience: float | None
) -> AsyncIterator[AbstractIncomingMessage | None]:
    """The next message, unless none comes for ``patience`` seconds (None: until ``stopping``). Unacknowledged, it goes back.

    Raises:
        BrokerUnavailableError: the broker is away.
    """
    channel = await broker.channel(prefetch=1)
    try:
        lost = await when_lost(channel)
        queue = await channel.get_queue(QUEUE, ensure=True)
        yield await queue.get(fail=False) if patience == 0.0 else await _arrived(queue, lost, stopping, patience)
    finally:
        if not channel.is_closed:
            async with asyncio.timeout(5):
                await channel.close()


async def _arrived(
    queue: AbstractQueue, lost: asyncio.Event, stopping: asyncio.Event, patience: float | None
) -> AbstractIncomingMessage | None:
    arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    tag = await queue.consume(arrived.put)
    waits: list[asyncio.Task[Any]] = [asyncio.create_task(one) for one in (arrived.get(), lost.wait(), stopping.wait())]
    try:
        await asyncio.wait(waits, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    if lost.is_set():
        raise BrokerUnavailableError("the channel was lost")
    async with asyncio.timeout(5):
        await queue.cancel(tag)
    came = waits[0].done() and not waits[0].cancelled() and not stopping.is_set()
    return cast("AbstractIncomingMessage", waits[0].result()) if came else None
