"""Real servers for the tests: one PostgreSQL and one RabbitMQ, started on ports of their own and stopped at the end.

``tests/run`` starts them once for all its runs and names their folder in ``TEST_SERVERS``; a bare ``pytest`` starts its own.
Every test gets a database of its own (a copy of the migrated template) and, if it asks, a virtual host of its own.
"""

import json
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from support.ports import free_ports

from launcher.postgres import PrivatePostgres
from launcher.rabbitmq import PrivateRabbit

DEFINITIONS = Path(__file__).parents[1] / "deploy" / "broker" / "definitions.json"
PASSWORD = "of-the-tests"


@pytest.fixture
def free_port() -> int:
    """A port that nobody holds now."""
    return free_ports(1)[0]


def _folder_and_ports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int], bool]:
    given = os.environ.get("TEST_SERVERS")
    if given:
        folder = Path(given)
        return folder, json.loads((folder / "ports.json").read_text()), True
    return tmp_path_factory.mktemp("servers"), free_ports(5), False


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int], bool]:
    """Folder and ports (PostgreSQL, AMQP, management, distribution, epmd), and whether somebody else runs them."""
    return _folder_and_ports(tmp_path_factory)


@pytest.fixture(scope="session")
def postgres(servers: tuple[Path, list[int], bool]) -> Iterator[PrivatePostgres]:
    folder, ports, running = servers
    server = PrivatePostgres(folder / "postgres", ports[0], durable=False)
    if running:
        yield server
        return
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def rabbit(servers: tuple[Path, list[int], bool]) -> Iterator[PrivateRabbit]:
    folder, ports, running = servers
    server = PrivateRabbit(folder / "rabbit", *ports[1:])
    if running:
        yield server
        server.close()
        return
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _templates(postgres: PrivatePostgres) -> Callable[[str], str]:
    made: dict[str, str] = {}

    def template(package: str) -> str:
        if package not in made:
            name = f"template_{package}_{uuid4().hex[:8]}"
            url = postgres.create_role_and_database(name, PASSWORD)
            # alembic runs its own event loop, so another thread than the tests'
            _in_thread(lambda: import_module("shared.database.migrate").migrate(package, url))
            made[package] = name
        return made[package]

    return template


def _in_thread(work: Callable[[], object]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


@pytest.fixture
def new_database(postgres: PrivatePostgres, _templates: Callable[[str], str]) -> Iterator[Callable[[str], str]]:
    """``new_database("registration")``: URL of a fresh migrated database of that package, gone after the test."""
    made: list[str] = []

    def new(package: str) -> str:
        template = _templates(package)
        name = f"test_{uuid4().hex[:12]}"
        postgres.sql(f"create database {name} template {template} owner {template}")
        made.append(name)
        return postgres.dsn(name, template, PASSWORD)

    yield new
    for name in made:
        postgres.sql(f"drop database {name} with (force)")


@pytest.fixture
def vhost(rabbit: PrivateRabbit) -> Iterator[str]:
    """A virtual host with the whole topology, gone after the test. Its delayed tiers are 50 times as fast."""
    name = f"test-{uuid4().hex[:12]}"
    definitions = json.loads(DEFINITIONS.read_text())
    for policy in definitions["policies"]:
        if "message-ttl" in policy["definition"]:
            policy["definition"]["message-ttl"] //= 50
    users = [user["name"] for user in definitions["users"]]
    rabbit.import_definitions(definitions, vhost=name, passwords=dict.fromkeys(users, PASSWORD))
    yield name
    rabbit.delete_vhost(name)


@pytest.fixture
def broker_url(rabbit: PrivateRabbit, vhost: str) -> Callable[[str], str]:
    """``broker_url("letters")``: that service's own broker user, with its permissions only."""
    return lambda user: rabbit.url(user, PASSWORD, vhost)
