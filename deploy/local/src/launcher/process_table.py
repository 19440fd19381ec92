"""What /proc tells of processes that are not our children, or no longer."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from launcher.process import LaunchError, wait_until


def is_alive(pid: int) -> bool:
    """Say whether `pid` runs; a zombie, which holds nothing any more, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> Iterator[int]:
    """Yield the direct children of `pid`."""
    for entry in _processes():
        with suppress(OSError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                yield int(entry.name)


def kill_all(pids: list[int]) -> None:
    """SIGKILL processes and return when they are gone.

    Raises:
        LaunchError: something survives for 10 s.
    """
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, pids)), 10, f"processes {pids} do not end")


def end_marked(mark: str) -> None:
    """End what a killed launcher left running: every process whose environment holds `mark`, written NAME=value.

    Raises:
        LaunchError: something survives SIGKILL for 10 s.
    """
    found = []
    for entry in _processes():
        with suppress(OSError):
            if mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    with suppress(LaunchError):
        wait_until(lambda: not any(map(is_alive, found)), 15, "")
    kill_all(found)


def _processes() -> Iterator[Path]:
    return (entry for entry in Path("/proc").iterdir() if entry.name.isdecimal())
