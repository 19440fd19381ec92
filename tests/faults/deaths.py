"""Processes that die at a fault point, somebody who starts them again, and a member who presses the button again."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from support.system import Running

from launcher.member import Member, UnexpectedPageError


class Deaths:
    """Arms fault points of the running system (see ``armed.py``) and starts again what dies of them."""

    def __init__(self, running: Running) -> None:
        self._system = running.system
        self._arms: Path = running.places.var / "arms"
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
    def started_again(self, running: Running) -> Iterator[None]:
        """For as long as the block lasts, what died by SIGKILL is started again, as any platform would."""
        watching = running.begin(self._start_again())
        try:
            yield
        finally:
            watching.cancel()

    async def _start_again(self) -> None:
        while True:
            for name, child in list(self._system.children.items()):
                if child.status == -signal.SIGKILL:
                    self.died.append(name)
                    await self._system.begin(name)
            await asyncio.sleep(0.05)


class PatientMember(Member):
    """Somebody who sees « momentanément indisponible » and tries again: the same page, the same answers."""

    TRIES = 20

    def open(self, path: str) -> str:
        return self._again(lambda: super(PatientMember, self).open(path))

    def send(self, action: str, **answers: str) -> str:
        page = self._page

        def press() -> str:
            self._page = page
            return super(PatientMember, self).send(action, **answers)

        return self._again(press)

    def _again(self, act: Callable[[], str]) -> str:
        for _ in range(self.TRIES):
            try:
                return act()
            except httpx.TransportError:
                continue
            except UnexpectedPageError:
                if self._page is None or self._page.status_code not in {502, 503, 504}:
                    raise
        raise AssertionError(f"still not available after {self.TRIES} tries")
