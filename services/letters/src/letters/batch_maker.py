"""Makes print batches: claim waiting letters, make passwords, lay out, seal, and hand the manifest to the outbox."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import structlog

from letters import claims
from letters.batch_addresses import LettersRefusedError, batch_addresses
from letters.batch_file import InterruptedBatchError, print_file
from letters.batch_serial import batch_serial
from letters.batch_store import MadeBatch, MadeLetter, park, store
from letters.letter_content import LetterContent
from letters.letter_page import LetterPage, ResourceError
from letters.metrics import BATCH_SECONDS
from letters.models import Letter
from letters.provisional_validity import day_in_paris, last_day
from shared.background import Periodic
from shared.contracts.postal_zone import PostalZone
from shared.contracts.provisional_password import generate
from shared.database.engine import Database
from shared.observability.operations import MAKE_BATCH
from shared.observability.span_attributes import Attribute
from shared.observability.trace import span_from
from shared.security.hashing import SecretHasher
from shared.security.sealing import SealingKey

RELEASE_SECONDS = 2.0

log = structlog.get_logger()


class BatchMaker:
    """Makes every batch that is due, again and again. Any number of replicas may run side by side."""

    def __init__(
        self,
        database: Database,
        page: LetterPage,
        hasher: SecretHasher,
        print_shop: SealingKey,
        *,
        most: int,
        max_age: timedelta,
    ) -> None:
        self._database = database
        self._page = page
        self._hasher = hasher
        self._print_shop = print_shop
        self._most = most
        self._max_age = max_age
        self._interrupted = threading.Event()
        self._periodic = Periodic("print batches", min(30.0, max(0.25, max_age.total_seconds() / 4)), self.make)

    async def run(self) -> None:
        """Make batches until ``stop``."""
        await self._periodic.run()

    def stop(self) -> None:
        """End soon: a batch in the making is given up between two letters, and its letters wait for another one."""
        self._interrupted.set()
        self._periodic.stop()

    async def make(self) -> bool:
        """Make the batch that is due. Whether there was one."""
        batch_id, began = uuid4(), time.perf_counter()
        async with self._database.unit_of_work() as work:
            letters = await claims.claim(work, batch_id, self._most, self._max_age)
        if not letters:
            return False
        about: dict[Attribute, object] = {"espace.batch_id": batch_id, "espace.letters": len(letters)}
        with span_from(None, MAKE_BATCH, about, [letter.traceparent for letter in letters]) as span:
            outcome = await self._make(batch_id, letters, day_in_paris(work.now))
            span.set({"espace.outcome": outcome})
        if outcome == "made":
            BATCH_SECONDS.observe(time.perf_counter() - began)
        return outcome != "interrupted"

    async def _make(self, batch_id: UUID, letters: list[Letter], day: date) -> str:
        async with self._holding(batch_id):
            try:
                made = await self._made(batch_id, letters, day)
            except LettersRefusedError as refusal:
                await self._park(batch_id, refusal)
                return "parked"
            except InterruptedBatchError:
                return "interrupted"
            except ResourceError as error:
                log.exception("no letter can be printed", reason=str(error))
                raise
            async with self._database.unit_of_work() as work:
                await store(work, made)
        log.info("batch closed", batch_id=str(batch_id), serial=made.serial, letters=len(made.letters))
        return "made"

    async def _made(self, batch_id: UUID, letters: list[Letter], day: date) -> MadeBatch:
        """The sealed batch. Plain passwords live in this call, and in the sealed file.

        Raises:
            LettersRefusedError: some letters can't be printed.
            InterruptedBatchError: the service stops.
            ResourceError: nothing can be printed as things stand.
        """
        addresses = batch_addresses(letters)
        symbols = [generate() for _ in letters]
        hashes = await asyncio.gather(*(self._hasher.hash(one) for one in symbols))
        serial = batch_serial(day, [(letter.id, one) for letter, one in zip(letters, hashes, strict=True)])
        until = [last_day(day, PostalZone(letter.postal_zone)) for letter in letters]
        contents = [
            (
                letter.id,
                LetterContent(
                    civility=letter.civility, address=addresses[letter.id], symbols=symbols[at], day=day,
                    valid_until=until[at], reference=f"{serial}/{at + 1}", purpose=letter.purpose,
                ),
            )
            for at, letter in enumerate(letters)
        ]  # fmt: skip
        pdf = await asyncio.to_thread(print_file, self._page, contents, self._interrupted.is_set)
        made = tuple(MadeLetter(letter.id, hashes[at], until[at]) for at, letter in enumerate(letters))
        return await asyncio.to_thread(MadeBatch.of, batch_id, serial, made, pdf, self._print_shop)

    async def _park(self, batch_id: UUID, refusal: LettersRefusedError) -> None:
        async with self._database.unit_of_work() as work:
            await park(work, batch_id, refusal.reasons)

    @contextlib.asynccontextmanager
    async def _holding(self, batch_id: UUID) -> AsyncIterator[None]:
        """Renew the claim while its batch is made; give back whatever it still holds afterwards, made or not."""
        renewing = asyncio.create_task(self._renew(batch_id))
        try:
            yield
        finally:
            renewing.cancel()
            # when the database is away, the lease ends by itself
            with contextlib.suppress(Exception):
                async with asyncio.timeout(RELEASE_SECONDS), self._database.unit_of_work() as work:
                    await claims.release(work, batch_id)

    async def _renew(self, batch_id: UUID) -> None:
        while True:
            await asyncio.sleep(claims.LEASE.total_seconds() / 3)
            with contextlib.suppress(Exception):  # the claim is checked when the batch is stored
                async with self._database.unit_of_work() as work:
                    await claims.renew(work, batch_id)
