"""The whole system on ports of its own: what the journey and the browser tests act on."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest
from support.people import people, write_demonstration
from support.ports import free_ports

from launcher.places import Places, ports_of
from launcher.services import Runner, as_package
from launcher.story import CAPTCHA_ANSWER, Journey, Person
from launcher.system import System

Result = TypeVar("Result")


class Running:
    """A started system, for tests that are not asynchronous (Playwright's are not)."""

    def __init__(self, folder: Path, replicas: int = 1, runner: Runner = as_package, **settings: str) -> None:
        wanted = ports_of(replicas)
        ports = dict(zip(wanted, free_ports(len(wanted)), strict=True))
        self.places = Places(folder, ports, replicas=replicas)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        told = {"CAPTCHA_ANSWER": CAPTCHA_ANSWER, "PRINT_BATCH_MAX_AGE_SECONDS": "1", **settings}
        folder.mkdir(parents=True, exist_ok=True)
        demonstration = write_demonstration(folder / "demonstration")
        self.system = System(self.places, settings=told, demonstration=demonstration, throwaway=True, runner=runner)

    def do(self, work: Coroutine[Any, Any, Result], seconds: float = 180) -> Result:
        """Run something of the system's to its end."""
        return self.begin(work).result(seconds)

    def begin(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Let something of the system's run beside the test."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def pids(self) -> dict[str, int]:
        """The process of every part that lives."""
        return {name: child.pid for name, child in self.system.children.items() if child.status is None}

    def secret(self, part: str, name: str) -> str:
        """What a part's folder of secrets holds, for example its ``database_url``."""
        return (self.system.keys.of(part) / name).read_text()

    def stop(self) -> None:
        """Stop the system and the thread; the database is gone then, logs and letters stay to be looked at."""
        self.do(self.system.end_all())
        self.system.postgres.remove()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@contextmanager
def started(running: Running) -> Iterator[Running]:
    """The system from its start to its end."""
    try:
        running.do(running.system.start())
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole system, started once for all tests of a run."""
    with started(Running(tmp_path_factory.mktemp("system"))) as running:
        yield running


@pytest.fixture(scope="session")
def someone() -> Callable[[], Person]:
    """Someone of the register, another one at each call."""
    each = people()
    return lambda: next(each)


@pytest.fixture
def journey(running: Running, someone: Callable[[], Person]) -> Iterator[Journey]:
    """Somebody whose letter is posted, and who was told so."""
    journey = Journey(running.places, someone())
    journey.ask()
    journey.receive_letter()
    journey.receive_notice()
    yield journey
    journey.member.close()
