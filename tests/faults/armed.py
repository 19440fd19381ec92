"""Runs a program of the product that dies by SIGKILL at a fault point: ``armed.py PACKAGE POINT WHERE WORDS…``.

It dies the first time that the point is reached there. It is the only way to arm a point.
"""

import os
import runpy
import signal
import sys

from shared.messaging import fault_points


def main() -> None:
    package, point, where, *words = sys.argv[1:]

    def die(reached_point: str, reached_where: str) -> None:
        if (reached_point, reached_where) == (point, where):
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    fault_points.arm(die)
    sys.argv = [package, *words]
    runpy.run_module(package, run_name="__main__", alter_sys=False)


if __name__ == "__main__":
    main()
