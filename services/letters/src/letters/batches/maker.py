"""Makes print batches: claim waiting letters, make passwords, lay out, seal, and hand the manifest to the outbox."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator
from datetime import date, datetime
from uuid import UUID, uuid4

import structlog

from letters.batch_addresses import LettersRefusedError, batch_addresses
from letters.batches import claims
from letters.batches.closing import ClosingRules
from letters.batches.serial import batch_serial
from letters.batches.store import MadeBatch, MadeLetter, Times, park, store
from letters.metrics import BATCH_SECONDS
from letters.models import Letter
from letters.provisional_validity import last_day
from letters.sheets.letter_content import LetterContent, Wording
from letters.sheets.letter_page import ResourceError
from letters.sheets.press import InterruptedBatchError, Press
from letters.sheets.quality import read_back
from letters.sheets.separator import Separator
from shared.background import Periodic
from shared.contracts.letter_mark import generate_mark
from shared.contracts.paris import day_in_paris
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintBatch
from shared.contracts.provisional_password import generate
from shared.database.engine import Database
from shared.messaging import fault_points
from shared.observability.operations import MAKE_BATCH
from shared.observability.span_attributes import Attribute
from shared.observability.trace import span_from
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey

RELEASE_SECONDS = 2.0

log = structlog.get_logger()


class BatchMaker:
    """Makes every batch that is due, again and again. Any number of replicas may run side by side."""

    def __init__(
        self,
        database: Database,
        press: Press,
        hasher: SecretHasher,
        print_shop: SealingKey,
        signing_keys: KeyRing,
        rules: ClosingRules,
    ) -> None:
        self._database = database
        self._press = press
        self._hasher = hasher
        self._print_shop = print_shop
        self._signing_keys = signing_keys
        self._rules = rules
        self._interrupted = threading.Event()
        self._periodic = Periodic("print batches", min(30.0, max(0.25, rules.max_age.total_seconds() / 4)), self.make)

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
            letters = await claims.claim(work, batch_id, self._rules)
        if not letters:
            return False
        about: dict[Attribute, object] = {"espace.batch_id": batch_id, "espace.letters": len(letters)}
        with span_from(None, MAKE_BATCH, about, [letter.traceparent for letter in letters]) as span:
            outcome = await self._make(batch_id, letters, self._times(work.now))
            span.set({"espace.outcome": outcome})
        if outcome == "made":
            BATCH_SECONDS.observe(time.perf_counter() - began)
        return outcome != "interrupted"

    def _times(self, now: datetime) -> Times:
        return Times(closed_at=now, post_on=self._rules.post_on(now), taken_by=self._rules.taken_by(now))

    async def _make(self, batch_id: UUID, letters: list[Letter], times: Times) -> str:
        async with self._holding(batch_id):
            try:
                made = await self._made(batch_id, letters, times)
            except LettersRefusedError as refusal:
                async with self._database.unit_of_work() as work:
                    await park(work, batch_id, refusal)
                return "parked"
            except InterruptedBatchError:
                return "interrupted"
            except ResourceError as error:
                log.exception("no letter can be printed", reason=str(error))
                raise
            fault_points.reached("before-commit", PrintBatch.type())
            async with self._database.unit_of_work() as work:
                await store(work, made, self._signing_keys)
        log.info("batch closed", batch_id=str(batch_id), serial=made.manifest.serial, letters=len(made.letters))
        return "made"

    async def _made(self, batch_id: UUID, letters: list[Letter], times: Times) -> MadeBatch:
        """The sealed batch. Plain passwords live in this call, and in the sealed file.

        Raises:
            LettersRefusedError: some letters can't be printed.
            InterruptedBatchError: the service stops.
            ResourceError: nothing can be printed as things stand.
        """
        addresses = batch_addresses(letters)
        symbols = [generate() for _ in letters]
        hashes = await asyncio.gather(*(self._hasher.hash(one) for one in symbols))
        day = day_in_paris(times.closed_at)
        serial = batch_serial(day, [(letter.id, one) for letter, one in zip(letters, hashes, strict=True)])
        contents = [
            (
                letter.id,
                LetterContent(
                    wording=_wording(letter, day, times.post_on), address=addresses[letter.id], symbols=symbols[at],
                    reference=f"{serial}/{at + 1}", mark=generate_mark(),
                ),
            )
            for at, letter in enumerate(letters)
        ]  # fmt: skip
        pdf = await asyncio.to_thread(self._printed, contents, serial, times)
        made = [
            MadeLetter(letter_id, content.mark, hashes[at], content.wording.valid_until)
            for at, (letter_id, content) in enumerate(contents)
        ]
        return await asyncio.to_thread(MadeBatch.of, batch_id, serial, made, times, pdf, self._print_shop)

    def _printed(self, contents: list[tuple[UUID, LetterContent]], serial: str, times: Times) -> bytes:
        """The print file, read back."""
        first, last = (contents[at][1].reference for at in (0, -1))
        separator = Separator(serial, len(contents), first, last, times.closed_at, times.post_on)
        pdf = self._press.print_file(contents, separator, self._interrupted.is_set)
        faults = read_back(pdf, contents, self._interrupted.is_set)
        if faults:
            raise LettersRefusedError(
                dict.fromkeys(faults, "layout-failed"), {one: str(why) for one, why in faults.items()}
            )
        if self._interrupted.is_set():
            raise InterruptedBatchError
        return pdf

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


def _wording(letter: Letter, day: date, post_on: date) -> Wording:
    """Valid from the day on which it is to be posted: its days count from there, on paper too."""
    until = last_day(post_on, PostalZone(letter.postal_zone))
    return Wording(civility=letter.civility, day=day, valid_until=until, purpose=letter.purpose)
