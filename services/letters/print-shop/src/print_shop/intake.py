"""Takes manifests from the queue, one at a time. A manifest is acknowledged when its batch is on disk, not before.

While a batch is in hand nothing is held back from the other workers of the queue.
"""

from aio_pika.abc import AbstractIncomingMessage

from print_shop.away import AWAY
from print_shop.gateway import GaveUpError, NotOfferedError, SupersededError
from print_shop.incoming import QUEUE, ForeignManifestError, manifest_of, read
from print_shop.next_message import next_message
from print_shop.record import Record
from print_shop.seen import StoppedError
from print_shop.worker import Worker
from shared.contracts.print_batch import PrintBatch, PrintBatchV1
from shared.messaging import fault_points
from shared.messaging.backoff import pauses, wait_for
from shared.messaging.broker import Broker
from shared.messaging.envelope import UndecodableError
from shared.messaging.failed import Failed
from shared.messaging.failures import PermanentError
from shared.messaging.spans import process_span
from shared.security.key_ring import KeyRing

SETTLE_SECONDS = 20.0
"""What another program noted and could not tell is told at the latest after so long."""


class Intake:
    """Runs until stopped; outages of broker, gateway, disk and printer are waited out."""

    def __init__(self, worker: Worker, broker: Broker, publishing: Broker, verifying_keys: KeyRing) -> None:
        self._worker = worker
        self._broker = broker
        self._verifying_keys = verifying_keys
        self._stopping = worker.shop.stopping
        self._failed = Failed(QUEUE, publishing, self._stopping)

    async def run(self) -> None:
        """Take up what is left, then take batches until ``stop``."""
        waits = pauses()
        while not self._stopping.is_set():
            try:
                await self._worker.taking.own_spooled()
                await self._worker.resume()
                await self._take_one(SETTLE_SECONDS)
                waits = pauses()
            except StoppedError:
                return
            except AWAY as error:
                self._worker.shop.display.away(error)
                await wait_for(self._stopping, next(waits))

    def stop(self) -> None:
        """Finish the step in hand and end; a manifest that is not on disk yet goes back to the queue."""
        self._stopping.set()

    async def pull(self, most: int | None, *, wait: bool) -> int:
        """Take what waits, at most so many; how many. ``wait``: for the first one, when there is none.

        Raises:
            one of ``AWAY``: something does not answer; what was taken is safe.
        """
        await self._worker.taking.own_spooled()
        await self._worker.resume()
        taken = 0
        while not self._stopping.is_set() and (most is None or taken < most):
            patience = None if wait and not taken else 0.0
            if not await self._take_one(patience):
                break
            taken += 1
        return taken

    async def _take_one(self, patience: float | None) -> bool:
        """Take and handle one message; False when none came. ``patience``: see ``next_message``."""
        self._worker.shop.display.idle()
        async with next_message(self._broker, self._stopping, patience) as message:
            if message is not None:
                await self._handle(message)
        return message is not None

    async def _handle(self, message: AbstractIncomingMessage) -> None:
        try:
            envelope, batch = read(message)
        except UndecodableError as error:
            await self._failed.bury(message, f"undecodable: {error}")
            await message.ack()
            return
        with process_span(QUEUE, envelope) as span:
            outcome = await self._take(message, batch)
            span.set({"espace.batch_id": batch.batch_id, "espace.outcome": outcome})

    async def _take(self, message: AbstractIncomingMessage, batch: PrintBatch | PrintBatchV1) -> str:
        run_before = known.run if (known := self._worker.shop.journal.get(batch.batch_id)) else 0
        try:
            record = await self._worker.taking.own(await self._accepted(batch))
        except GaveUpError:
            return "interrupted"  # not acknowledged: it comes again
        except SupersededError:
            if run_before == 0:
                self._worker.shop.display.late(batch.serial, batch.run)
            await message.ack()
            return "handled"
        except ForeignManifestError as error:
            self._worker.shop.display.foreign(error.serial, str(error))
            await self._failed.bury(message, f"not said by letters: {error}")
        except (NotOfferedError, PermanentError) as error:
            await self._failed.bury(message, f"permanent: {error}")
        except UndecodableError as error:
            await self._failed.bury(message, f"undecodable: {error}")
        else:
            fault_points.reached("before-ack", QUEUE)
            await message.ack()
            await self._worker.finish(record, asked_again=batch.run == run_before)
            return "handled"
        await message.ack()
        return "dead"

    async def _accepted(self, batch: PrintBatch | PrintBatchV1) -> Record:
        if isinstance(batch, PrintBatchV1):
            return self._worker.taking.accept_unsigned(batch)
        return await self._worker.taking.accept(manifest_of(batch, self._verifying_keys))
