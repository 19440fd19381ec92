"""What somebody who operates the system sees of it: outboxes, readiness, and what the broker counts."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika
import httpx
from faults.events import until
from support.system import Running

from launcher import services
from shared.internal_http import internal_client


def outbox(running: Running, service: str) -> int:
    """Rows of a service's outbox that have not left."""
    query = "select count(*) from outbox where published_at is null"
    return int(running.system.postgres.sql(query, database=services.package(service)))


def outboxes(running: Running) -> int:
    """The same of all services."""
    return sum(outbox(running, service) for service in services.SERVICES)


@dataclass(frozen=True)
class Sight:
    """One look at everything."""

    waiting: int
    """Rows in one outbox."""
    site: int
    """Status of the gateway's /healthz."""
    ready: dict[str, int]
    """Status of each replica's /readyz."""
    broker: dict[str, bool]
    """What each says of the broker."""


async def look(running: Running, service: str) -> Sight:
    """At the outbox of a service and at the health of all."""
    waiting = await asyncio.to_thread(outbox, running, service)
    names = services.all_replicas(running.places)
    async with internal_client(20) as client:
        site = await client.get(f"{running.places.site}/healthz")
        answers = await asyncio.gather(*(client.get(f"{running.system.address(name)}/readyz") for name in names))
    told = dict(zip(names, answers, strict=True))
    return Sight(
        waiting,
        site.status_code,
        {name: answer.status_code for name, answer in told.items()},
        {name: answer.json()["checks"]["broker"] for name, answer in told.items()},
    )


@asynccontextmanager
async def looking(running: Running, service: str) -> AsyncIterator[list[Sight]]:
    """Looks again and again until the block ends; the list grows."""
    ended = asyncio.Event()
    sights = [await look(running, service)]

    async def again() -> None:
        while not ended.is_set():
            sights.append(await look(running, service))
            await asyncio.sleep(0.5)

    task = asyncio.create_task(again())
    try:
        yield sights
    finally:
        ended.set()
        await task


async def ready(running: Running, name: str, seconds: float = 60) -> None:
    """Wait until a replica that was just started takes work."""

    async def answers() -> bool:
        try:
            async with internal_client(20) as client:
                return (await client.get(f"{running.system.address(name)}/readyz")).is_success
        except httpx.TransportError:
            return False

    await until(answers, seconds, f"{name} is ready")


NOT_SETTLED, NOT_FINISHED = "message could not be settled", "messages not finished in time go back"
"""What a consumer writes into its log when a message that it had in hand goes back to the queue."""


def given_back(running: Running) -> int:
    """How often that happened, at all replicas."""
    logs = [running.places.log(name).read_text() for name in services.all_replicas(running.places)]
    return sum(log.count(words) for log in logs for words in (NOT_SETTLED, NOT_FINISHED))


Figure = tuple[str, str]
"""Of the broker's: a queue, and what is counted of it (``redeliver``: messages that had been delivered before)."""
REST_SECONDS = 6.0
"""The broker's figures are up to 5 s old: what has not changed for so long is true."""


class Counted:
    """Figures of the broker's since ``begin``."""

    def __init__(self, running: Running, figures: Iterable[Figure]) -> None:
        self._rabbit = running.system.rabbit
        self._figures = tuple(figures)
        self._before: Counter[Figure] = Counter()

    async def begin(self) -> None:
        """Count from now on."""
        self._before = await self._at_rest()

    async def grown(self) -> dict[Figure, int]:
        """What has changed, once nothing changes any more."""
        now = await self._at_rest()
        return {figure: now[figure] - self._before[figure] for figure in now if now[figure] != self._before[figure]}

    async def _at_rest(self, most: float = 60) -> Counter[Figure]:
        loop = asyncio.get_running_loop()
        end, since, last = loop.time() + most, loop.time(), await asyncio.to_thread(self._now)
        while loop.time() - since < REST_SECONDS:
            await asyncio.sleep(0.5)
            now = await asyncio.to_thread(self._now)
            if now != last:
                since, last = loop.time(), now
            assert loop.time() < end, f"still changing: {now}"
        return last

    def _now(self) -> Counter[Figure]:
        told = {one["name"]: one.get("message_stats", {}) for one in self._rabbit.queues()}
        return Counter({(queue, figure): told[queue].get(figure, 0) for queue, figure in self._figures})


async def delivery_counts(running: Running, service: str, queue: str) -> list[int]:
    """``x-delivery-count`` of every message that waits in a queue without consumers. To look at them adds one to each."""
    url = running.secret(service, "broker_url")
    found: list[int] = []
    async with await aio_pika.connect(url) as connection, asyncio.timeout(60):
        channel = await connection.channel()
        source = await channel.declare_queue(queue, passive=True)
        waiting = source.declaration_result.message_count or 0
        if waiting:
            async with source.iterator() as messages:
                async for message in messages:
                    found.append(int(message.headers.get("x-delivery-count", 0)))
                    if len(found) == waiting:
                        break
    return found
