"""Keeps programs running, notices the one that ends by itself, and ends them all."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from launcher.process import Child, LaunchError

STOP_SECONDS = 25.0
"""A service stops within 20 s (design §4); after this it is killed."""


class Supervisor:
    """`children` must live until they are stopped; `jobs` come to an end of their own."""

    def __init__(self) -> None:
        self.children: dict[str, Child] = {}
        self.jobs: list[Child] = []

    async def finish(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], log: Path, seconds: float = 300
    ) -> None:
        """Run a program to its end.

        Raises:
            LaunchError: it fails, takes longer than `seconds`, or something else ended meanwhile.
        """
        job = Child(name, command, environment=environment, log=log)
        self.jobs.append(job)
        await self.until(lambda: job.status is not None, seconds, f"{name} takes more than {seconds:.0f} s: {log}")
        if job.status:
            raise LaunchError(job.obituary())
        self.jobs.remove(job)

    async def stop(self, *names: str, kill: bool = False) -> None:
        """Stop children at the same time (SIGTERM, or kill -9); names that do not run are fine."""
        ended = [child for name in names if (child := self.children.pop(name, None))]
        await self._end(ended, kill=kill)

    async def stop_all(self) -> None:
        """Stop every child and job."""
        await self._end(self.jobs, kill=True)
        self.jobs = []
        await self.stop(*self.children)

    async def until(self, condition: Callable[[], bool], seconds: float, failure: str) -> None:
        """Return once `condition()` holds; it is asked every 0.1 s.

        Raises:
            LaunchError: with `failure` after `seconds`, or with the obituary of a child that ended meanwhile.
        """
        end = time.monotonic() + seconds
        while not condition():
            self.check()
            if time.monotonic() > end:
                raise LaunchError(failure)
            await asyncio.sleep(0.1)

    def check(self) -> None:
        """Raise LaunchError for a child that ended by itself."""
        for child in self.children.values():
            if child.status is not None:
                raise LaunchError(child.obituary())

    @staticmethod
    async def _end(ended: Sequence[Child], *, kill: bool) -> None:
        await asyncio.gather(
            *(
                asyncio.to_thread(child.kill9) if kill else asyncio.to_thread(child.stop, STOP_SECONDS)
                for child in ended
            )
        )
