"""The check of files that were sent: each in a process of its own, bounded in memory, time and number."""

import asyncio
import json
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, BinaryIO
from weakref import WeakKeyDictionary

import structlog

from shared.files.kinds import BY_KEY, Kind
from shared.files.limits import CHECK_SECONDS, CHECKS_AT_ONCE, FILE_LIMIT
from shared.files.names import saved_name
from shared.files.refusals import FileRefusedError, Refusal

_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_PROGRAM = ("-I", "-m", "shared.files.examine")
_VERDICT_LIMIT = 1000
_TOO_MUCH = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGXFSZ}
"""How a process ends that took too much, or that a file has broken."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: what it is was read in it."""

    kind: Kind
    name: str
    """Fit to be shown, with an extension of its kind."""
    content: bytes = field(repr=False)
    """As sent for a PDF; a picture without its metadata."""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    @property
    def sha256(self) -> bytes:
        """Digest of the content, 32 bytes."""
        return sha256(self.content).digest()


async def check_file(file: BinaryIO, given_name: str) -> CheckedFile:
    """Check one file; ``file`` has a descriptor.

    Raises:
        FileRefusedError: with the reason.
        RuntimeError: the check itself does not start.
    """
    async with _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(CHECKS_AT_ONCE)):
        with TemporaryFile() as result:
            status = await _run(file, result)
            verdict, content = _read(result)
    if status in _TOO_MUCH:
        _log(Refusal.TOO_COMPLEX, f"ended by signal {-status}")
        raise FileRefusedError(Refusal.TOO_COMPLEX)
    if status:
        raise RuntimeError(f"the check of a file ended with status {status}")
    if "refused" in verdict:
        refusal = Refusal[verdict["refused"]]
        _log(refusal, verdict["because"])
        raise FileRefusedError(refusal, verdict["because"])
    kind = BY_KEY[verdict["kind"]]
    if not content:
        file.seek(0)
        content = file.read(FILE_LIMIT)
    return CheckedFile(kind, saved_name(given_name, kind), content)


async def _run(file: BinaryIO, result: IO[bytes]) -> int:
    """The exit status of the check; -9 when it took too long."""
    file.seek(0)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *_PROGRAM, stdin=file, stdout=result, stderr=asyncio.subprocess.DEVNULL,
        cwd="/", env={"MALLOC_ARENA_MAX": "1"},  # no secret; one arena, or the memory's limit is spent on empty ones
    )  # fmt: skip
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await process.wait()
    except TimeoutError:
        return -signal.SIGKILL
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _read(result: IO[bytes]) -> tuple[dict[str, str], bytes]:
    result.seek(0)
    try:
        verdict = json.loads(result.readline(_VERDICT_LIMIT) or b"{}")
    except ValueError:
        verdict = {}
    return verdict, result.read(FILE_LIMIT * 2)


def _log(refusal: Refusal, because: str) -> None:
    """How often which kind of file is refused: neither its name nor anything of it."""
    structlog.get_logger().info("file_refused", reason=refusal.name, exc_type=because)
