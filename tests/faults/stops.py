"""Parts of the running system that are stopped in order, each with its time and its exit status."""

import asyncio
import time
from collections.abc import Iterable

from faults.seen import ready
from support.system import Running

from launcher.services import PRINT_SHOP

STOP_SECONDS = 20
"""Within which a service ends (design §4)."""
AT_ONCE = 3


class Stops:
    """How parts ended that were told to."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._some = asyncio.Semaphore(AT_ONCE)
        self.seconds: list[float] = []
        self.statuses: list[int | None] = []

    async def end(self, *names: str) -> None:
        """Stop parts at the same time."""
        children = [self._running.system.children[name] for name in names]
        await asyncio.gather(*(self._timed(name) for name in names))
        self.statuses += [child.status for child in children]

    async def begin(self, *names: str) -> None:
        """Start parts, and wait until they take work."""
        for name in names:
            await self._running.system.begin(name)
        for name in names:
            if name != PRINT_SHOP:
                await ready(self._running, name)

    async def one_by_one(self, names: Iterable[str]) -> None:
        """Stop a part, start it, and wait until it takes work; then the next."""
        async with self._some:
            for name in names:
                await self.end(name)
                await self.begin(name)

    async def _timed(self, name: str) -> None:
        began = time.monotonic()
        await self._running.system.end(name)
        self.seconds.append(time.monotonic() - began)
