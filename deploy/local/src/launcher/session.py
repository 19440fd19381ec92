"""One run from its lock to the last process: whatever happens in between, everything is ended."""

import asyncio
import fcntl
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from launcher import process_table
from launcher.places import Places
from launcher.postgres import PrivatePostgres
from launcher.process import LaunchError
from launcher.services import mark
from launcher.system import System

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, kill, and a terminal that is closed."""


class StoppedError(Exception):
    """Someone asked for the end, by a signal."""


async def live(system: System, use: Callable[[System], Awaitable[None]]) -> None:
    """Start the system, use it, and end it: at the end of `use`, on a failure, and on a signal.

    Raises:
        StoppedError: a signal came first.
        LaunchError: the start, the use, or a part that ended by itself.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    tasks = [asyncio.ensure_future(_started_and_used(system, use)), asyncio.ensure_future(stopped.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0] not in done:
            raise StoppedError
        tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await system.end_all()


async def _started_and_used(system: System, use: Callable[[System], Awaitable[None]]) -> None:
    await system.start()
    watching = asyncio.ensure_future(system.watch())
    using = asyncio.ensure_future(use(system))
    try:
        done, _ = await asyncio.wait((watching, using), return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (watching, using):
            task.cancel()
        await asyncio.gather(watching, using, return_exceptions=True)


@contextmanager
def locked(places: Places) -> Iterator[None]:
    """Hold the run's folder for ourselves.

    Raises:
        LaunchError: another run holds it, or it is not ours to write.
    """
    try:
        places.var.mkdir(parents=True, exist_ok=True)
        file = (places.var / "lock").open("a+")
    except PermissionError:
        raise LaunchError(
            f"{places.var} belongs to someone else: delete it, or choose another with VAR_DIR=…"
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LaunchError(
                f"{places.var} is in use by process {file.read().strip()}: stop that one with Ctrl-C in its terminal, "
                "or choose another folder with VAR_DIR=… and other ports"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        _end_leftovers(places)
        yield


def _end_leftovers(places: Places) -> None:
    """End what a launcher that was itself killed could not end."""
    process_table.end_marked("=".join(*mark(places).items()))
    if (places.var / "postgres").exists():
        PrivatePostgres(places.var / "postgres", places.port("POSTGRES_PORT")).end_leftover()


def wipe(places: Places) -> None:
    """Delete what an earlier run left in its folder, which must be locked."""
    if (places.var / "postgres").exists():
        PrivatePostgres(places.var / "postgres", places.port("POSTGRES_PORT")).remove()
    for entry in places.var.iterdir():
        if entry.name != "lock":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
