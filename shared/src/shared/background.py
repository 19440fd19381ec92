"""Work that goes on beside the requests, and its orderly end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from shared.database.failures import is_away
from shared.messaging.backoff import pauses, wait_for
from shared.messaging.failures import DependencyDownError

log = structlog.get_logger()


class Runner(Protocol):
    """Something that runs until it is told to stop, and then ends by itself."""

    async def run(self) -> None:
        """Run until ``stop``."""

    def stop(self) -> None:
        """Finish what is in hand and end."""


class Periodic:
    """Calls a function again and again until stopped; a dependency that is away is waited out.

    The function returns whether it did something: then it is called again at once, else after ``seconds`` or when woken.
    """

    def __init__(self, name: str, seconds: float, action: Callable[[], Awaitable[bool]]) -> None:
        self._name = name
        self._seconds = seconds
        self._action = action
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Run until ``stop``."""
        waits = pauses()
        while not self._stopping.is_set():
            try:
                busy = await self._action()
                waits = pauses()
            except Exception as error:
                busy = False
                if not (isinstance(error, DependencyDownError) or is_away(error)):
                    log.exception("periodic work failed, goes on", check=self._name)
                pause = next(waits)
                log.warning(
                    "periodic work waits", check=self._name, exc_type=type(error).__name__, pause_s=round(pause, 1)
                )
                await wait_for(self._stopping, pause)
                continue
            if not busy:
                await wait_for(self._wake, self._seconds)
                self._wake.clear()

    def wake(self) -> None:
        """Call the function now rather than at the end of the pause."""
        self._wake.set()

    def stop(self) -> None:
        """End after the call in hand."""
        self._stopping.set()
        self._wake.set()
