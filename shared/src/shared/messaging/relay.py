"""The relay: takes messages from the outbox to the broker. Several replicas may relay side by side."""

import asyncio
import contextlib
from datetime import timedelta

import aio_pika
import asyncpg
import structlog

from shared.database.engine import Database
from shared.database.failures import is_away
from shared.messaging import fault_points, outbox
from shared.messaging.backoff import pauses, wait_for
from shared.messaging.broker import Broker
from shared.messaging.envelope import CONTENT_TYPE
from shared.messaging.failures import BrokerUnavailableError, UnroutableError
from shared.messaging.outbox import Claimed
from shared.messaging.spans import publish_span
from shared.messaging.tables import NOTIFY_CHANNEL
from shared.observability.metrics import OUTBOX_OLDEST, OUTBOX_PUBLISHED, OUTBOX_UNROUTABLE, OUTBOX_WAITING

BATCH = 100
POLL_SECONDS = 2.0
PURGE_EVERY_SECONDS = 3600.0
KEEP_PUBLISHED = timedelta(days=7)
KEEP_HANDLED = timedelta(days=60)

log = structlog.get_logger()


class Relay:
    """Runs until stopped. A notification wakes it as soon as a transaction commits; a poll backs it up."""

    def __init__(self, database: Database, broker: Broker) -> None:
        self._database = database
        self._broker = broker
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()
        self._listening: asyncpg.Connection | None = None
        self._next_purge = 0.0

    async def run(self) -> None:
        """Relay until ``stop``; outages of broker and database are waited out."""
        waits = pauses()
        while not self._stopping.is_set():
            try:
                await self._relay_until_idle()
                await self._listen()
                waits = pauses()
                await wait_for(self._wake, POLL_SECONDS)
                self._wake.clear()
            except Exception as error:
                if not (isinstance(error, BrokerUnavailableError) or is_away(error)):
                    log.exception("relay failed, goes on")
                pause = next(waits)
                log.warning("relay waits", reason=_reason(error), pause_s=round(pause, 1))
                await wait_for(self._stopping, pause)
        if self._listening is not None:
            with contextlib.suppress(Exception):
                await self._listening.close(timeout=2)

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._stopping.set()
        self._wake.set()

    async def _relay_until_idle(self) -> None:
        while not self._stopping.is_set():
            await self._broker.ensure_accepting()
            async with self._database.unit_of_work() as work:
                rows = await outbox.claim(work.session, BATCH)
            if rows:
                await self._relay(rows)
            await self._measure()
            if len(rows) < BATCH:
                return

    async def _relay(self, rows: list[Claimed]) -> None:
        results = await asyncio.gather(*(self._publish(row) for row in rows), return_exceptions=True)
        outcomes = list(zip(rows, results, strict=True))
        left = [row.id for row, result in outcomes if result is None]
        away = [row.id for row, result in outcomes if isinstance(result, BrokerUnavailableError)]
        async with self._database.unit_of_work() as work:
            if left:
                await outbox.mark_published(work.session, left)
            if away:
                await outbox.put_back(work.session, away)
            for row, result in outcomes:
                if result is not None and row.id not in away:
                    OUTBOX_UNROUTABLE.inc()
                    log.error(
                        "message not accepted", event_type=row.type, message_id=str(row.id), reason=_reason(result)
                    )
                    await outbox.postpone(work.session, row, _reason(result))
        OUTBOX_PUBLISHED.inc(len(left))
        for row, result in outcomes:
            if result is None:
                fault_points.reached("after-mark", row.type)
        unexpected = [
            r for r in results if r is not None and not isinstance(r, (BrokerUnavailableError, UnroutableError))
        ]
        if unexpected:
            raise unexpected[0]
        if away:
            raise BrokerUnavailableError("not confirmed")

    async def _publish(self, row: Claimed) -> None:
        message = aio_pika.Message(row.body, content_type=CONTENT_TYPE, message_id=str(row.id), type=row.type)
        with publish_span(row.exchange, row.routing_key, row.id, row.type, row.body):
            await self._broker.publish(row.exchange, row.routing_key, message)
        fault_points.reached("after-publish", row.type)

    async def _listen(self) -> None:
        if self._listening is None or self._listening.is_closed():
            self._listening = await asyncpg.connect(self._database.url, timeout=5)
            await self._listening.add_listener(NOTIFY_CHANNEL, lambda *_: self._wake.set())
            self._wake.set()  # what came between the last claim and the listening

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._database.unit_of_work() as work:
            count, age = await outbox.waiting(work.session)
            if loop.time() >= self._next_purge:
                self._next_purge = loop.time() + PURGE_EVERY_SECONDS
                await outbox.purge(work.session, KEEP_PUBLISHED, KEEP_HANDLED)
        OUTBOX_WAITING.set(count)
        OUTBOX_OLDEST.set(age)


def _reason(error: BaseException) -> str:
    """Our own errors' words; of others the type only, since their text may quote what a message says."""
    return str(error) if isinstance(error, (BrokerUnavailableError, UnroutableError)) else type(error).__name__
