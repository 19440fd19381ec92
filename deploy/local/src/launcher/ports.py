"""Ports are asked for before anything starts, so that a taken one is a clear line and not a service that dies."""

import errno
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping

from launcher.places import MOST_REPLICAS, ports_of
from launcher.process import LaunchError


def check(ports: Mapping[str, int]) -> None:
    """Return when every port (variable → number) is free on 127.0.0.1, and on ::1 where there is one.

    Raises:
        LaunchError: one line for each port that is not: who holds it, and the variable that moves it.
    """
    lines = [line for name, port in ports.items() if (line := _problem(name, port))]
    if lines:
        raise LaunchError("\n".join(lines))


def _problem(name: str, port: int) -> str | None:
    # Browsers try ::1 first for localhost: who listens there would answer in our place.
    error = _bind(socket.AF_INET, "127.0.0.1", port) or _bind(socket.AF_INET6, "::1", port)
    what = ports_of(MOST_REPLICAS)[name][1]
    if error == errno.EACCES:
        return f"Port {port} ({what}) is for root alone: choose one above 1023 with {name}=…"
    if error == errno.EADDRINUSE:
        other = f"{name}={port + 1000 if port < 64000 else port - 1000}"
        return f"Port {port} ({what}) is taken by {_holder(port)}: stop it, or choose another port, e.g. {other}"
    return None


def _bind(family: socket.AddressFamily, address: str, port: int) -> int | None:
    """Return why the port cannot be had; a family that this machine lacks is no obstacle."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Else connections of a run that has just ended would still count for a minute.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        return error.errno if error.errno in {errno.EADDRINUSE, errno.EACCES} else None
    return None


def _holder(port: int) -> str:
    """Name the program that listens on a port, as far as this account may know."""
    ss = shutil.which("ss", path="/usr/bin:/usr/sbin:/bin:/sbin")
    if ss:
        found = subprocess.run([ss, "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=False).stdout
        if match := re.search(r'\(\("([^"]+)",pid=(\d+)', found):
            return f"{match[1]} (process {match[2]})"
    return "another program (to see which: sudo ss -ltnp)"
