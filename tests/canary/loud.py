"""The whole system with every log as loud as a person can make it, and a folder of its own for whatever is temporary."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from support.system import Running, started

from launcher import caddy, rabbitmq_files
from launcher.services import SERVICES, package

MEMBERS = {"918273": "Vauquelin", "746519": "Desrosiers", "683927": "Bellanger"}
"""Numbers that nothing else of a run has (the tests' other people are counted up from 200000), and whose they are."""


@contextmanager
def loud_system(folder: Path) -> Iterator[Running]:
    """Started, and stopped at the end; its data is gone then."""
    gateway = copytree(caddy.CADDYFILE.parent, folder / "gateway") / "Caddyfile"
    gateway.write_text(gateway.read_text().replace("\tadmin off\n", "\tadmin off\n\tdebug\n", 1))
    temporary = folder / "var" / "tmp"
    temporary.mkdir(parents=True)
    configuration = rabbitmq_files._CONFIGURATION.replace("level = info", "level = debug")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caddy, "CADDYFILE", gateway)
        patch.setattr(rabbitmq_files, "_CONFIGURATION", configuration)
        running = Running(
            folder / "var", LOG_LEVEL="DEBUG", TMPDIR=str(temporary),
            TRIES_PER_MINUTE_PER_ADDRESS="100000",
        )  # fmt: skip
        _register(running.system.demonstration / "register.csv")
        with started(running):
            _let_postgres_talk(running)
            yield running


def _register(file: Path) -> None:
    with file.open("a", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened, delimiter=";")
        for number, name in MEMBERS.items():
            row = [f"CANARY-{name}", number, "", "Mme", name, "", "Camille", "20/05/1971"]
            rows.writerow([*row, "1 RUE DES ESSAIS", "", "", "", "35000", "RENNES", "FR", ""])


def _let_postgres_talk(running: Running) -> None:
    """Every statement of the services with its values, as a person would turn on while looking for something."""
    sql = running.system.postgres.sql
    for role in map(package, SERVICES):
        for setting in (
            "log_statement = 'all'",
            "log_error_verbosity = 'verbose'",
            "log_min_error_statement = 'error'",
        ):
            sql(f"alter role {role} set {setting}")
        sql(f"alter role {role} set log_parameter_max_length_on_error = -1")
        # connections made before do not know it yet
        sql(f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'")
