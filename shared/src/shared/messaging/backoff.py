"""Waiting a little longer each time, and stopping at once when told to."""

import asyncio
import random
from collections.abc import Iterator


def pauses(first: float = 0.2, most: float = 10.0) -> Iterator[float]:
    """Seconds to wait before each new try: doubling from ``first`` to ``most``, ±25 % so that replicas spread."""
    pause = first
    while True:
        yield pause * random.uniform(0.75, 1.25)  # noqa: S311 (spreads load, keeps no secret)
        pause = min(most, pause * 2)


async def wait_for(event: asyncio.Event, seconds: float) -> bool:
    """Wait until the event is set, at most ``seconds``; whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
