"""Wakes the sender as soon as a transaction commits a delivery; the sender's own poll backs it up."""

import asyncio
import contextlib
from collections.abc import Callable

import asyncpg
import structlog

from shared.messaging.backoff import pauses, wait_for

CHANNEL = "delivery"
"""PostgreSQL notification made by a trigger (migration 0001)."""

log = structlog.get_logger()


class Listener:
    """Keeps one connection that listens; opened again when it is lost."""

    def __init__(self, database_url: str, wake: Callable[[], None]) -> None:
        self._url = database_url
        self._wake = wake
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Listen until ``stop``."""
        waits = pauses()
        while not self._stopping.is_set():
            try:
                await self._listen()
                waits = pauses()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                pause = next(waits)
                log.warning("listener waits", exc_type=type(error).__name__, pause_s=round(pause, 1))
                await wait_for(self._stopping, pause)

    def stop(self) -> None:
        """Close the connection and end."""
        self._stopping.set()
        self._ended.set()

    async def _listen(self) -> None:
        """Until the connection is lost or we stop."""
        connection = await asyncpg.connect(self._url, timeout=5)
        try:
            self._ended.clear()
            connection.add_termination_listener(lambda *_: self._ended.set())
            await connection.add_listener(CHANNEL, lambda *_: self._wake())
            self._wake()  # what came while nobody listened
            if not self._stopping.is_set():
                await self._ended.wait()
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=2)
