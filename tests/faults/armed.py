"""Runs a program of the product so that it can be made to die: ``armed.py PACKAGE FOLDER WORDS…``.

A file ``POINT WHERE`` in the folder arms that fault point. The first process that reaches it takes the file to ``taken``
beside the folder, under its own process id, and dies by SIGKILL: one file costs one life, and whoever waits for that death
knows of it from the moment on which nothing is armed any more. There is no other way to arm a point.
"""

import os
import runpy
import signal
import sys
from contextlib import suppress
from pathlib import Path

from shared.messaging import fault_points


def main() -> None:
    package, folder, *words = sys.argv[1:]
    taken = Path(folder).parent / "taken"
    taken.mkdir(exist_ok=True)

    def perhaps_die(point: fault_points.Point, where: str) -> None:
        with suppress(FileNotFoundError):
            Path(folder, f"{point} {where}").rename(taken / str(os.getpid()))
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    fault_points.arm(perhaps_die)
    sys.argv = [package, *words]
    runpy.run_module(package, run_name="__main__")


if __name__ == "__main__":
    main()
