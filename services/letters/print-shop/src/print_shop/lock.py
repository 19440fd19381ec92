"""One worker a spool: two would print the same batches."""

import fcntl
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from print_shop.journal import operator
from print_shop.words import fr, moment

_PATIENCE_SECONDS = 0.5
"""Somebody who looks whether the lock is held holds it for a moment."""


class SpoolInUseError(Exception):
    """Another worker has this spool. Its text is for the operator."""


class WorkerLock:
    """Held by who takes and prints batches. Telling what became of a printed one needs the journal alone."""

    def __init__(self, spool: Path, verb: str) -> None:
        """Take it.

        Raises:
            SpoolInUseError: another process has it.
        """
        self._file = os.open(spool / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _locks(self._file, fcntl.LOCK_EX):
            if time.monotonic() > until:
                os.close(self._file)
                raise SpoolInUseError(fr(f"Le dossier {spool} est utilisé par {_holder(spool)}. {_WHAT_TO_DO}"))
            time.sleep(0.02)
        said = {"pid": os.getpid(), "verb": verb, "who": operator(), "since": datetime.now(UTC).isoformat()}
        os.truncate(self._file, 0)
        os.pwrite(self._file, json.dumps(said).encode(), 0)

    def close(self) -> None:
        """Let another have it."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_WHAT_TO_DO = "Attendez qu’il finisse, ou arrêtez-le (Ctrl-C dans sa fenêtre, ou kill), puis recommencez."


def is_at_work(spool: Path) -> bool:
    """Whether a worker has the spool now."""
    try:
        file = os.open(spool / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _locks(file, fcntl.LOCK_SH)
    finally:
        os.close(file)


def _locks(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(spool: Path) -> str:
    try:
        said = json.loads((spool / "lock").read_bytes())
        since = moment(datetime.fromisoformat(said["since"]))
        return f"le processus {said['pid']} (print-shop {said['verb']}, lancé par {said['who']} le {since})"
    except (ValueError, KeyError):
        return "un autre processus print-shop"
