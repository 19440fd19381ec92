"""Processes that die at a fault point, and somebody who starts them again."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from support.system import Running


class Deaths:
    """Arms fault points of the running system (see ``armed.py``) and starts again what dies of them.

    ``found`` is told the name of each part that died, before it is started again.
    """

    def __init__(self, running: Running, found: Callable[[str], None] = lambda name: None) -> None:
        self._running, self._found = running, found
        self._arms: Path = running.places.var / "arms"
        self._taken: Path = running.places.var / "taken"
        self.died: list[str] = []
        """Names of the parts that died, in order."""

    def arm(self, *points: str) -> None:
        """``"before-ack letters.account-requested"``: the first process that comes there dies."""
        for point in points:
            (self._arms / point).touch()

    def armed(self) -> set[str]:
        """Points that nobody has come to yet."""
        return {file.name for file in self._arms.iterdir()}

    @contextmanager
    def started_again(self) -> Iterator[None]:
        """For as long as the block lasts, what died by SIGKILL is started again, as any platform would.

        However the block ends, nothing stays armed and nothing stays dead: the next test finds the system whole.
        """
        over = Event()
        watching = self._running.begin(self._start_again(over))
        try:
            yield
        finally:
            for point in self.armed():
                (self._arms / point).unlink(missing_ok=True)
            over.set()
            watching.result(60)
            self._running.do(self._running.system.healthy())

    async def _start_again(self, over: Event) -> None:
        last_look = False
        while not last_look:
            last_look = over.is_set() and not self._is_dying()
            for name, child in list(self._running.system.children.items()):
                if child.status == -signal.SIGKILL:
                    self.died.append(name)
                    await asyncio.to_thread(self._found, name)
                    await self._running.system.begin(name)
            await asyncio.sleep(0.05)

    def _is_dying(self) -> bool:
        """Whether a part has come to its point and is not seen dead yet: on a busy machine that takes a while."""
        taken = {file.name for file in self._taken.iterdir()}
        return any(str(child.pid) in taken for child in self._running.system.children.values())
