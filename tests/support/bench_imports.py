"""How fast the back office's lines are loaded, and how much memory it takes: ``make bench`` and ``tests/bench imports``."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from support.many_reimbursements import write

LINES = int(os.environ.get("IMPORT_LINES", "1000000"))
"""A smaller number gives a quick look."""
COMMAND = [sys.executable, "-m", "member_space"]


def bench_imports(folder: Path, environment: Mapping[str, str], lines: int = LINES) -> Iterator[str]:
    """A row for a generated file loaded into the database of that environment, and one for the same file again."""
    path = folder / "reimbursements.csv"
    write(path, lines)
    # starting Python and all that the service is made of is not the import's
    start, program = _run([*COMMAND, "import-reimbursements", "--help"], environment)
    for name in ("import of reimbursements", "the same file again"):
        seconds, peak = _run([*COMMAND, "import-reimbursements", str(path)], environment)
        told = f"{name:36} {lines / (seconds - start):8.0f} lines/s ({lines:,} in {seconds - start:.1f} s)"
        yield f"{told}, at most {peak:.0f} MiB, of which {program:.0f} the program itself"


def _run(command: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds, and MiB that the process held at most."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[-2]} ended with {process.returncode}")
    return time.monotonic() - began, usage.ru_maxrss / 1024
