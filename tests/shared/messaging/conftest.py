"""A small service of its own: the messaging tables, one table for effects, and the real topology."""

from collections.abc import AsyncIterator, Callable

import aio_pika
import pytest

from shared.database.engine import Database
from shared.messaging.broker import Broker


@pytest.fixture
async def database(messaging_database: str) -> AsyncIterator[Database]:
    database = Database(messaging_database, "tests")
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
