"""What the messaging tests share: an event, waiting on conditions, looking into queues and tables."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
from sqlalchemy import text

from shared.contracts.events import EmailConfirmed
from shared.database.engine import Database

QUEUE = "member-space.email-confirmed"


def confirmed(name: str = "Garnier") -> EmailConfirmed:
    return EmailConfirmed(
        person_id=uuid4(),
        account_id=uuid4(),
        civility="Mme",
        given_name="Jeanne",
        family_name=name,
        email="jeanne@exemple.fr",
    )


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait on a condition, with a bound."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def count(database: Database, query: str) -> int:
    async with database.unit_of_work() as work:
        return int((await work.session.execute(text(query))).scalar_one())


async def depth(channel: aio_pika.abc.AbstractChannel, queue: str) -> int:
    declared = await channel.declare_queue(queue, passive=True)
    return declared.declaration_result.message_count or 0


@asynccontextmanager
async def running(*runners) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(runner.run()) for runner in runners]
    try:
        yield
    finally:
        for runner in runners:
            runner.stop()
        async with asyncio.timeout(25):
            await asyncio.gather(*tasks)
