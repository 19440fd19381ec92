"""Child processes that are waited for, told apart, and ended with nothing left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class LaunchError(Exception):
    """Something could not be started or stopped; the text is what people read."""


def wait_until(condition: Callable[[], bool], seconds: float, failure: str) -> None:
    """Return once `condition()` holds; it is asked every 50 ms.

    Raises:
        LaunchError: with `failure`, when it does not hold within `seconds`.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise LaunchError(failure)
        time.sleep(0.05)


class Child:
    """A program that runs in a session of its own, so that Ctrl-C in the terminal reaches the launcher alone.

    Output is appended to `log`. `account` is the (uid, gid) to run as; only root can choose one. The environment is
    `environment` and nothing else: the machine's own settings stay out.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        log: Path,
        folder: Path | None = None,
        account: tuple[int, int] | None = None,
    ) -> None:
        self.name, self.log, self._started = name, log, time.monotonic()
        log.parent.mkdir(parents=True, exist_ok=True)
        uid, gid = account or (None, None)
        with log.open("ab") as output:
            self._log_starts_at = output.tell()
            self._process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
                user=uid,
                group=gid,
                extra_groups=None if account is None else [],
            )
        self.pid = self._process.pid

    @property
    def status(self) -> int | None:
        """Exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        self._process.send_signal(number)

    def stop(self, seconds: float, gently: signal.Signals = signal.SIGTERM) -> None:
        """End it and its process group: `gently` first, SIGKILL for what is left after `seconds`."""
        self.send(gently)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(10)

    def kill9(self) -> None:
        """End it and its process group with SIGKILL."""
        self.stop(10, signal.SIGKILL)

    def obituary(self) -> str:
        """Say how it ended, its last words, and what to do."""
        status = self.status or 0
        how = f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        words = "".join(f"\n  | {line[:300]}" for line in self._last_lines()) or "\n  | (it said nothing)"
        return (
            f"{self.name} ended after {time.monotonic() - self._started:.0f} s ({how}). It said last:{words}\n"
            f"The whole log is {self.log}. Mend what it names and start again: data is kept."
        )

    def _last_lines(self, most: int = 6) -> list[str]:
        with self.log.open("rb") as log:
            log.seek(max(self._log_starts_at, log.seek(0, os.SEEK_END) - 20_000))
            return [line for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()][-most:]
