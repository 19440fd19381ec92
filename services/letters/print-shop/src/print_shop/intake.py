"""Takes manifests from the queue, one at a time. A manifest is acknowledged when its batch is on disk, not before."""

import asyncio
from typing import Any, cast

import structlog
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPException

from print_shop.gateway import GaveUpError, NotOfferedError
from print_shop.worker import Worker
from shared.contracts.print_batch import PrintBatch
from shared.messaging import fault_points
from shared.messaging.backoff import pauses, wait_for
from shared.messaging.broker import Broker, when_lost
from shared.messaging.envelope import Envelope, UndecodableError, open_envelope, read_data, unknown_type
from shared.messaging.failed import Failed
from shared.messaging.failures import BrokerUnavailableError, UnroutableError
from shared.messaging.origin import check_said_by_its_source
from shared.messaging.spans import process_span

QUEUE = "print-shop.batches"

_WAITED_OUT = (BrokerUnavailableError, UnroutableError, AMQPException, OSError, RuntimeError, TimeoutError)

log = structlog.get_logger()


class Intake:
    """Runs until stopped; outages of broker, gateway and disk are waited out."""

    def __init__(self, worker: Worker, broker: Broker, publishing: Broker) -> None:
        self._worker = worker
        self._broker = broker
        self._stopping = asyncio.Event()
        self._failed = Failed(QUEUE, publishing, self._stopping)

    async def run(self) -> None:
        """Take up what is left, then take batches until ``stop``."""
        waits = pauses()
        while not self._stopping.is_set():
            try:
                await self._worker.resume()
                await self._consume()
                waits = pauses()
            except _WAITED_OUT as error:
                pause = next(waits)
                log.warning(
                    "print shop waits", reason=str(error), exc_type=type(error).__name__, pause_s=round(pause, 1)
                )
                await wait_for(self._stopping, pause)

    def stop(self) -> None:
        """Finish the step in hand and end; a manifest that is not on disk yet goes back to the queue."""
        self._stopping.set()

    async def _consume(self) -> None:
        channel = await self._broker.channel(prefetch=1)
        try:
            lost = await when_lost(channel)
            arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
            queue = await channel.get_queue(QUEUE, ensure=True)
            tag = await queue.consume(arrived.put)
            log.info("consuming", queue=QUEUE)
            while (message := await _next(arrived, lost, self._stopping)) is not None:
                await self._handle(message, lost)
            if not lost.is_set():
                async with asyncio.timeout(5):
                    await queue.cancel(tag)
        finally:
            if not channel.is_closed:
                async with asyncio.timeout(5):
                    await channel.close()

    async def _handle(self, message: AbstractIncomingMessage, lost: asyncio.Event) -> None:
        try:
            envelope, batch = _read(message)
        except UndecodableError as error:
            await self._failed.bury(message, f"undecodable: {error}")
            await message.ack()
            return
        with process_span(QUEUE, envelope) as span:
            outcome = await self._take(message, batch, lost)
            span.set({"espace.batch_id": batch.batch_id, "espace.outcome": outcome})

    async def _take(self, message: AbstractIncomingMessage, batch: PrintBatch, lost: asyncio.Event) -> str:
        try:
            record = await self._worker.accept(batch, lambda: lost.is_set() or self._stopping.is_set())
        except NotOfferedError as error:
            await self._failed.bury(message, f"permanent: {error}")
            await message.ack()
            return "dead"
        except GaveUpError:
            return "interrupted"  # not acknowledged: it comes again
        fault_points.reached("before-ack", QUEUE)
        await message.ack()
        await self._worker.finish(record)
        return "handled"


def _read(message: AbstractIncomingMessage) -> tuple[Envelope, PrintBatch]:
    envelope = open_envelope(message.body)
    if envelope.type != PrintBatch.type():
        raise unknown_type(envelope)
    check_said_by_its_source(PrintBatch, message.routing_key, QUEUE)
    return envelope, read_data(PrintBatch, envelope)


async def _next(
    arrived: asyncio.Queue[AbstractIncomingMessage], lost: asyncio.Event, stopping: asyncio.Event
) -> AbstractIncomingMessage | None:
    """The next message, or None when the channel is lost or the worker stops."""
    waits: list[asyncio.Task[Any]] = [asyncio.create_task(one) for one in (arrived.get(), lost.wait(), stopping.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits[1:]:
            wait.cancel()
        waits[0].cancel()
    if lost.is_set() or stopping.is_set():
        return None
    return cast("AbstractIncomingMessage", waits[0].result())
