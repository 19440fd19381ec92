"""Real servers for the tests: one PostgreSQL and one RabbitMQ, started on ports of their own and stopped at the end.

``tests/run`` starts them once for all its runs and names their folder in ``TEST_SERVERS``; a bare ``pytest`` starts its own.
Every test gets a database of its own (a copy of the migrated template) and, if it asks, a virtual host of its own.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from structlog.dev import ConsoleRenderer, plain_traceback
from support import routes_once
from support.compiled_once import CompiledOnce
from support.ports import free_ports
from support.servers import PASSWORD, Databases, new_vhost

from launcher import postgres_files
from launcher.postgres import PrivatePostgres
from launcher.rabbitmq import PrivateRabbit
from shared.web import pages

# each test makes its service anew; what the templates are compiled to stays the same
pages.Environment = partial(pages.Environment, bytecode_cache=CompiledOnce())
routes_once.install()
# beside the other servers of the run, which may be in memory
postgres_files.ELSEWHERE = Path(os.environ.get("TEST_SERVERS", postgres_files.ELSEWHERE))
# what goes wrong on purpose is logged plainly: the drawing of one frame's variables takes seconds
structlog.configure(
    processors=[*structlog.get_config()["processors"][:-1], ConsoleRenderer(exception_formatter=plain_traceback)]
)
# how long one example takes is no matter of a test: a busy machine must not fail it
settings.register_profile("the same each time", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("the same each time")
# told to end, tests end as by Ctrl-C: what they have started ends with them
signal.signal(signal.SIGTERM, signal.default_int_handler)


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
def _databases(postgres: PrivatePostgres) -> Iterator[Databases]:
    with closing(Databases(postgres)) as databases:
        yield databases


@pytest.fixture
def new_database(_databases: Databases) -> Iterator[Callable[[str], str]]:
    """``new_database("registration")``: URL of a fresh migrated database of that package, gone after the test."""
    made: list[str] = []

    def new(package: str) -> str:
        name, url = _databases.new(package)
        made.append(name)
        return url

    yield new
    for name in made:
        _databases.drop(name)


@pytest.fixture
def vhost(rabbit: PrivateRabbit) -> Iterator[str]:
    """A virtual host with the whole topology, gone after the test. Its delayed tiers are 50 times as fast."""
    name = new_vhost(rabbit)
    yield name
    rabbit.delete_vhost(name)


@pytest.fixture
def broker_url(rabbit: PrivateRabbit, vhost: str) -> Callable[[str], str]:
    """``broker_url("letters")``: that service's own broker user, with its permissions only."""
    return lambda user: rabbit.url(user, PASSWORD, vhost)
