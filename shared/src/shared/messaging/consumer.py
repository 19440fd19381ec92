"""A consumer: takes messages from one queue, handles each once, and decides what becomes of those that fail."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPException

from shared.contracts.event import Message
from shared.database.engine import Database
from shared.database.failures import is_away, is_passing_conflict, is_pool_busy
from shared.database.unit_of_work import Cause, UnitOfWork
from shared.messaging import fault_points
from shared.messaging.backoff import pauses, wait_for
from shared.messaging.broker import Broker, when_lost
from shared.messaging.envelope import Envelope, UndecodableError, open_envelope, read_data, unknown_type
from shared.messaging.failed import Failed
from shared.messaging.failures import BrokerUnavailableError, DependencyDownError, PermanentError, RetryableError
from shared.messaging.inbox import first_time
from shared.messaging.origin import check_said_by_its_source
from shared.messaging.spans import process_span
from shared.observability.metrics import HANDLED, HANDLING

PREFETCH = 20
QUICK_TRIES = 3
HANDLER_SECONDS = 60.0
"""A handler that takes longer is stuck: it is ended and the message takes the delayed tiers. Longer than any wait within."""
FINISH_SECONDS = 12.0
CANCEL_SECONDS = 1.0
"""For what was cancelled to roll back. With the closing of the channel all this is within ``service.STOP_SECONDS``."""

Handler = Callable[[Any, UnitOfWork], Awaitable[None]]

log = structlog.get_logger()


class Consumer:
    """One queue of one service, and the handler of each message type that is bound to it."""

    def __init__(
        self,
        queue: str,
        handlers: Mapping[type[Message], Handler],
        database: Database,
        broker: Broker,
        publishing: Broker,
    ) -> None:
        self.queue = queue
        self.message_types = frozenset(handlers)
        self._handlers = {kind.type(): (kind, handler) for kind, handler in handlers.items()}
        self._database = database
        self._broker = broker
        self._stopping = asyncio.Event()
        self._failed = Failed(queue, publishing, self._stopping)
        self._unsettled = asyncio.Event()
        self._in_flight: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Consume until ``stop``; a broker that goes away is waited for."""
        waits = pauses()
        while not self._stopping.is_set():
            try:
                await self._consume()
                waits = pauses()
            except (
                DependencyDownError,
                BrokerUnavailableError,
                AMQPException,
                OSError,
                RuntimeError,
                TimeoutError,
            ) as error:
                pause = next(waits)
                log.warning("consumer waits", queue=self.queue, exc_type=type(error).__name__, pause_s=round(pause, 1))
                await wait_for(self._stopping, pause)

    def stop(self) -> None:
        """Take nothing more, finish what is in hand, and end."""
        self._stopping.set()

    async def _consume(self) -> None:
        await self._database_answers()
        channel = await self._broker.channel(prefetch=PREFETCH)
        self._unsettled.clear()
        try:
            queue = await channel.get_queue(self.queue, ensure=True)
            lost = await when_lost(channel)
            tag = await queue.consume(self._received)
            log.info("consuming", queue=self.queue)
            await _first_of(lost, self._unsettled, self._stopping)
            if not lost.is_set():
                async with asyncio.timeout(5):
                    await queue.cancel(tag)
        finally:
            await self._finish()
            if not channel.is_closed:
                async with asyncio.timeout(5):
                    await channel.close()
        if self._unsettled.is_set():
            raise BrokerUnavailableError("a message could not be settled: opened again, it is delivered again")

    async def _database_answers(self) -> None:
        """Nothing is taken that could not be handled: each time given back would count as a delivery."""
        try:
            await self._database.answers()
        except Exception as error:
            if not is_away(error):
                raise
            raise DependencyDownError("the database is away") from error

    async def _received(self, message: AbstractIncomingMessage) -> None:
        # a task of our own: aiormq cancels its callbacks when the channel closes, and the work must finish
        task = asyncio.create_task(self._process(message))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _finish(self) -> None:
        """Let the work in hand end; what has not after ``FINISH_SECONDS`` is given back to the queue by closing."""
        if self._in_flight:
            _, unfinished = await asyncio.wait(self._in_flight, timeout=FINISH_SECONDS)
            for task in unfinished:
                task.cancel()
            if unfinished:
                log.warning("messages not finished in time go back", queue=self.queue, count=len(unfinished))
                await asyncio.wait(unfinished, timeout=CANCEL_SECONDS)

    async def _process(self, message: AbstractIncomingMessage) -> None:
        began = time.perf_counter()
        try:
            outcome = await self._outcome(message)
            fault_points.reached("before-ack", self.queue)
            await message.ack()
        except Exception as error:
            # closing the channel makes the broker deliver it again; the inbox knows what was done
            log.warning("message could not be settled", queue=self.queue, exc_type=type(error).__name__)
            outcome = "unsettled"
            self._unsettled.set()
        HANDLED.labels(self.queue, outcome).inc()
        HANDLING.labels(self.queue).observe(time.perf_counter() - began)

    async def _outcome(self, message: AbstractIncomingMessage) -> str:
        """Handle a message or send it where failed ones go; then it may be acknowledged."""
        try:
            envelope, event, handler = self._read(message)
        except UndecodableError as error:
            await self._failed.bury(message, f"undecodable: {error}")
            return "dead"
        with process_span(self.queue, envelope) as span:
            outcome = await self._outcome_of(message, envelope, event, handler)
            span.set({"espace.outcome": outcome})
        return outcome

    async def _outcome_of(
        self, message: AbstractIncomingMessage, envelope: Envelope, event: Message, handler: Handler
    ) -> str:
        try:
            done = await self._handle_patiently(Cause(envelope.id, envelope.time), event, handler)
        except PermanentError as error:
            await self._failed.bury(message, f"permanent: {error}")
            return "dead"
        except RetryableError as error:
            return await self._failed.retry_later(message, error)
        except BrokerUnavailableError:
            raise
        except Exception as error:
            log.exception("handler failed", queue=self.queue, event_id=str(envelope.id), event_type=envelope.type)
            await self._failed.bury(message, f"unexpected: {type(error).__name__}")
            return "dead"
        return "handled" if done else "duplicate"

    def _read(self, message: AbstractIncomingMessage) -> tuple[Envelope, Message, Handler]:
        envelope = open_envelope(message.body)
        if envelope.type not in self._handlers:
            raise unknown_type(envelope)
        kind, handler = self._handlers[envelope.type]
        check_said_by_its_source(kind, message.routing_key, self.queue)
        return envelope, read_data(kind, envelope), handler

    async def _handle_patiently(self, cause: Cause, event: Message, handler: Handler) -> bool:
        """Handle once; while the database or another dependency is away, wait with the message in hand.

        Anything else that goes wrong gets some quick tries: then a conflict that does not pass takes the delayed tiers,
        as does what looks like an outage while the database answers; what nobody expected goes to the dead letters, where
        people see it.
        """
        waits = pauses()
        failures = 0
        while True:
            try:
                return await self._handle(cause, event, handler)
            except (PermanentError, RetryableError):
                raise
            except Exception as error:
                failures = 0 if await self._is_outage(error) else failures + 1
                if failures > QUICK_TRIES and is_away(error):
                    raise RetryableError(f"the database answers, but not this work: {type(error).__name__}") from error
                if failures > QUICK_TRIES and is_passing_conflict(error):
                    raise RetryableError(f"conflict: {type(error).__name__}") from error
                if failures > QUICK_TRIES:
                    raise
                pause = next(waits)
                log.warning("handler waits", queue=self.queue, exc_type=type(error).__name__, pause_s=round(pause, 1))
                if await wait_for(self._stopping, pause):
                    raise BrokerUnavailableError("stopping: given back to the queue") from error

    async def _is_outage(self, error: Exception) -> bool:
        """Whether it is not the message's own doing. A handler can lose its connection by itself, each time: when its
        transaction holds still too long, the server ends it, and the driver only says that the connection is closed."""
        if isinstance(error, DependencyDownError) or is_pool_busy(error):
            return True
        if not is_away(error):
            return False
        try:
            await self._database_answers()
        except DependencyDownError:
            return True
        return False

    async def _handle(self, cause: Cause, event: Message, handler: Handler) -> bool:
        limit = None
        try:
            async with self._database.unit_of_work() as work:
                if not await first_time(work.session, self.queue, cause.id, work.now):
                    return False
                work.cause = cause
                async with asyncio.timeout(HANDLER_SECONDS) as limit:
                    await handler(event, work)
                fault_points.reached("before-commit", self.queue)
        except Exception as error:
            # not the error's own word: a rollback that fails as well (the server ends idle transactions) hides the time-out
            if limit is not None and limit.expired():
                raise RetryableError(f"not handled within {HANDLER_SECONDS:.0f} s") from error
            raise
        return True


async def _first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
