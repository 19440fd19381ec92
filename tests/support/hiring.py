"""A staff account on a running system, made as people make it: by activation's command line, read off its terminal."""

import re
import subprocess

from support.system import Running

from launcher import services
from launcher.staff import Colleague


def command(running: Running, *words: str) -> str:
    """What a verb of activation prints; it must succeed."""
    environment = services.environment(running.places, running.system.keys, "activation", running.system.parts.settings)
    line = services.command("activation", *words)
    ran = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def hire(running: Running, login: str, name: str, role: str) -> Colleague:
    """Somebody new, with the provisional password and the secret that were printed."""
    return Colleague(login, name, role, *read(command(running, "add-staff", login, "--name", name, "--role", role)))


def read(printed: str) -> tuple[str, str]:
    """Password and secret, as they stand on the terminal."""
    password = re.search(r"Provisional password +(\S+)", printed)
    secret = re.search(r"or type +((?:[A-Z2-7]{4} ?){8})\n", printed)
    assert password is not None
    assert secret is not None
    return password[1], secret[1].replace(" ", "")
