"""A small service of its own: the messaging tables, one table for effects, and the real topology."""

from collections.abc import AsyncIterator, Callable, Iterator
from uuid import uuid4

import aio_pika
import pytest

from launcher.postgres import PrivatePostgres
from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.migrations import create_messaging_tables


@pytest.fixture(scope="session")
def messaging_template(postgres: PrivatePostgres) -> str:
    name = f"messaging_{uuid4().hex[:8]}"
    postgres.create_role_and_database(name, "of-the-tests")
    create_messaging_tables(lambda sql: postgres.sql(f"set role {name}; {sql}", database=name))
    postgres.sql(f"set role {name}; create table effect (name text not null)", database=name)
    return name


@pytest.fixture
def database_url(postgres: PrivatePostgres, messaging_template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    postgres.sql(f"create database {name} template {messaging_template} owner {messaging_template}")
    yield postgres.dsn(name, messaging_template, "of-the-tests")
    postgres.sql(f"drop database {name} with (force)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, "tests")
    yield database
    await database.close()


@pytest.fixture
async def producing(broker_url: Callable[[str], str]) -> AsyncIterator[Broker]:
    async with Broker(broker_url("activation"), "tests: produce") as broker:
        yield broker


@pytest.fixture
async def consuming(broker_url: Callable[[str], str]) -> AsyncIterator[Broker]:
    async with Broker(broker_url("member-space"), "tests: consume") as broker:
        yield broker


@pytest.fixture
async def watching(rabbit, vhost) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    """A channel of the administrator, to look into queues."""
    from launcher import rabbitmq_files

    url = rabbit.url(rabbitmq_files.ADMIN, rabbitmq_files.admin_password(rabbit.folder), vhost)
    connection = await aio_pika.connect(url)
    yield await connection.channel()
    await connection.close()
