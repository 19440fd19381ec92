"""The demonstration's staff: read from its file, so that nobody is told of who is not there; and their codes of now."""

import csv
import time
from dataclasses import dataclass, field
from pathlib import Path

import pyotp

from launcher.process import LaunchError

FILE = "staff.csv"
STEP_SECONDS = 30


@dataclass(frozen=True)
class Colleague:
    """One account. Everybody knows its means: `demonstration-staff` makes it in demonstrations alone."""

    login: str
    name: str
    role: str
    password: str = field(repr=False)
    secret: str = field(repr=False)

    def code(self, steps: int = 0) -> str:
        """Return the six digits of now, or of so many steps of 30 s later."""
        return pyotp.TOTP(self.secret).at(time.time(), counter_offset=steps)


def colleagues(demonstration: Path) -> list[Colleague]:
    """Return those of a folder's file; none when there is no file."""
    if not (demonstration / FILE).exists():
        return []
    with (demonstration / FILE).open(encoding="utf-8", newline="") as file:
        return [Colleague(**row) for row in csv.DictReader(file, delimiter=";")]


def colleague(demonstration: Path, login: str) -> Colleague:
    """Return the one of that login.

    Raises:
        LaunchError: nobody has it; who there is.
    """
    people = colleagues(demonstration)
    found = next((one for one in people if one.login == login.strip().lower()), None)
    if found is None:
        raise LaunchError(f"“{login}” is nobody of the demonstration: {', '.join(one.login for one in people)}")
    return found


def lines(demonstration: Path) -> list[str]:
    """Return one line an account: role, login, password."""
    return [f"{one.role:12}  {one.login:30}  {one.password}" for one in colleagues(demonstration)]


def code_in_words(one: Colleague) -> str:
    """Return the code of now, and how long applications show it."""
    return f"{one.code()}  (for {STEP_SECONDS - int(time.time()) % STEP_SECONDS} s; opens one session)"
