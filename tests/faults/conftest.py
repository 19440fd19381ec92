"""Servers that the fault tests may kill, the whole system with two replicas of every service, and the table of outcomes.

``FAULT_SEED`` repeats a run: the seed is printed at its beginning and at its end.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from faults.crowd import Crowd
from faults.web import Web
from support import outcomes
from support.ports import free_ports
from support.servers import PASSWORD, Databases, new_vhost
from support.system import Running, someone, started

from launcher.postgres import PrivatePostgres
from launcher.rabbitmq import PrivateRabbit
from launcher.story import Journey, Person

__all__ = ["someone"]

SEED = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(10**6))
REPLICAS = int(os.environ.get("FAULT_REPLICAS") or 2)
SETTINGS = {
    # small batches, and nobody is turned away for asking often
    "PRINT_BATCH_MAX_LETTERS": "10",
    "TRIES_PER_MINUTE_PER_ADDRESS": "100000",
}
LONGEST_SECONDS = 300
ARMED = Path(__file__).with_name("armed.py")


def pytest_report_header() -> str:
    return f"fault seed: {SEED} (FAULT_SEED={SEED} repeats it), replicas: {REPLICAS}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Outages take their time, longer on a busy machine: these tests have a bound of their own unless they say another."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = list(outcomes.table())
    if lines:
        terminalreporter.section(f"faults survived, seed {SEED}")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance of this test: the same for the same seed, in whatever order the tests run."""
    return random.Random(f"{SEED} {request.node.nodeid}")


@dataclass
class Ground:
    """A PostgreSQL and a RabbitMQ of our own, to be killed and started at will; whoever kills one starts it again."""

    postgres: PrivatePostgres
    rabbit: PrivateRabbit
    databases: Databases

    def broker_url(self, user: str, vhost: str) -> str:
        return self.rabbit.url(user, PASSWORD, vhost)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Not the servers of the other tests: these die."""
    folder, ports = tmp_path_factory.mktemp("ground"), free_ports(5)
    folder.chmod(0o755)
    postgres = PrivatePostgres(folder / "postgres", ports[0], durable=False)
    rabbit = PrivateRabbit(folder / "rabbit", *ports[1:])
    try:
        postgres.start()
        rabbit.start()
        with closing(Databases(postgres)) as databases:
            yield Ground(postgres, rabbit, databases)
    finally:
        postgres.remove()
        rabbit.remove()


@pytest.fixture
def own_database(ground: Ground) -> Iterator[Callable[[str], str]]:
    """``own_database("letters")``: URL of a fresh migrated database on the ground's server."""
    made: list[str] = []

    def new(package: str) -> str:
        name, url = ground.databases.new(package)
        made.append(name)
        return url

    yield new
    for name in made:
        ground.databases.drop(name)


@pytest.fixture
def own_vhost(ground: Ground) -> Iterator[str]:
    """A virtual host of the ground's broker with the whole topology."""
    name = new_vhost(ground.rabbit)
    yield name
    ground.rabbit.delete_vhost(name)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole system with two replicas of every service, started once for all fault tests; see `arms`."""
    folder = tmp_path_factory.mktemp("system")
    arms = folder / "arms"
    arms.mkdir()
    runner = partial(_armed, arms)
    with started(Running(folder, replicas=REPLICAS, runner=runner, **SETTINGS)) as running:
        yield running


@pytest.fixture(scope="session")
def crowd(running: Running) -> Iterator[Person]:
    """People enough for any load."""
    return Crowd(running).people()


@pytest.fixture(scope="session")
def resident(running: Running, someone: Callable[[], Person]) -> Journey:
    """Somebody who has a space."""
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    journey.member.close()
    return journey


@pytest.fixture
def web(running: Running, resident: Journey, crowd: Iterator[Person], chance: random.Random) -> Iterator[Web]:
    """The site's visitors in this test."""
    web = Web(running, resident, crowd, chance)
    yield web
    web.close()


def _armed(arms: Path, package: str) -> tuple[str | Path, ...]:
    return (ARMED, package, arms)
