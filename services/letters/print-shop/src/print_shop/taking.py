"""Batches come into the spool, each once, and are checked there."""

import asyncio
from functools import partial
from uuid import UUID

import httpx

from print_shop.display import Work
from print_shop.gateway import Gateway, SupersededError
from print_shop.opening import check_sheets, open_batch
from print_shop.receipts import receipt
from print_shop.record import Record
from print_shop.refusal import BatchRefusedError, unsigned
from print_shop.shop import Shop
from print_shop.steps import State, Step
from shared.contracts.print_batch import PrintBatchV1
from shared.contracts.print_manifest import PrintManifest
from shared.messaging.failures import PermanentError
from shared.observability.operations import FETCH_BATCH
from shared.observability.trace import span
from shared.security.key_ring import KeyRing

_UNPRINTED = frozenset({State.OFFERED, State.ARRIVED, State.TO_PRINT, State.LEFT})


class Taking:
    """Accepts and checks batches."""

    def __init__(self, shop: Shop, gateway: Gateway, private_keys: KeyRing) -> None:
        self._shop = shop
        self._gateway = gateway
        self._private_keys = private_keys

    async def accept(self, manifest: PrintManifest) -> Record:
        """Fetch a batch into the spool, safe when this returns. Then ``own`` it, and its message may be acknowledged.

        A later run of a batch that is here is the same print: its manifest takes the place of the earlier one's.

        While nothing is printed, the gateway is asked for the very run: it knows whether another one is offered by now.

        Raises:
            NotOfferedError, SupersededError, GaveUpError: see ``Gateway.fetch``; nothing was noted.
            PermanentError: it is another file than the one that was printed for this batch.
        """
        known = self._shop.journal.get(manifest.batch_id)
        if known is None:
            await self._fetch(manifest)
            if manifest.earlier_print_possible:
                self._shop.display.printed_elsewhere(manifest.serial, manifest.run)
            return self._note(manifest, Step.SPOOLED)
        self._shop.display.known(known, manifest.run)
        if manifest.run < known.run or (manifest.run == known.run and known.state not in {State.OFFERED, State.LEFT}):
            return known
        if known.state in _UNPRINTED:
            try:
                await self._fetch(manifest)
            except SupersededError:
                self.leave(known)
                raise
        else:
            self._check_same_file(known, manifest)
            self._shop.spool.keep_manifest(manifest)
        return self._note(manifest, Step.SPOOLED if manifest.run == known.run else Step.RENEWED)

    async def own_spooled(self) -> None:
        """Ask whose it is that an earlier life spooled and did not come to own; what is another's is left to them."""
        for record in self._shop.journal.records():
            manifest = self._shop.spool.manifest(record.batch_id) if record.state is State.OFFERED else None
            ours = None if manifest is None else await self.is_ours(manifest)
            if ours is not None:
                self._owned(record) if ours else self.leave(record)

    async def is_ours(self, manifest: PrintManifest) -> bool | None:
        """Whether this very run is ours to print still; None when the gateway does not say."""
        try:
            return await self._gateway.is_ours(manifest)
        except httpx.HTTPError as error:
            self._shop.display.awaited(manifest.serial, type(error).__name__)
            return None

    def leave(self, record: Record) -> Record:
        """An unprinted batch is not ours any more."""
        self._shop.display.late(record.serial, record.run)
        record = self._shop.journal.write(record, Step.LEFT)
        self._shop.clear(record)
        return record

    async def own(self, record: Record) -> Record:
        """Have the gateway give the batch to this spool.

        Raises:
            SupersededError: it is another's; it is left to them.
            GaveUpError: told to stop, before the gateway answered.
        """
        manifest = self._shop.spool.manifest(record.batch_id) if record.state is State.OFFERED else None
        if manifest is None:
            return record
        awaited = partial(self._shop.display.awaited, manifest.serial)
        if not await self._gateway.claim(manifest, self._shop.stopping.is_set, awaited):
            self.leave(record)
            raise SupersededError(f"run {manifest.run} is another's")
        return self._owned(record)

    def _owned(self, record: Record) -> Record:
        return self._shop.journal.write(record, Step.OWNED)

    def accept_unsigned(self, batch: PrintBatchV1) -> Record:
        """Note the refusal of a batch that nobody signed, unless it is known from before."""
        known = self._shop.journal.get(batch.batch_id)
        return known or self._shop.refuse(Record(batch.batch_id, batch.serial, batch.run), unsigned())

    async def check(self, record: Record) -> Record:
        """Open a batch and compare every sheet with the manifest, then tell that it is taken, or refuse it.

        Raises:
            BrokerUnavailableError, UnroutableError: a receipt was not confirmed: call it again later.
        """
        try:
            await asyncio.to_thread(self._check, record.batch_id)
        except BatchRefusedError as error:
            return self._shop.refuse(record, error)
        await self._shop.receipts.tell(receipt(record, "taken"))
        self._shop.display.taken(record)
        return self._shop.journal.write(record, Step.TAKEN_TOLD)

    def _check_same_file(self, known: Record, manifest: PrintManifest) -> None:
        before = self._shop.spool.manifest(known.batch_id)
        if before is not None and before.pdf_sha256 != manifest.pdf_sha256 and known.state is not State.REFUSED:
            raise PermanentError(f"run {manifest.run} is another file than run {known.run}, which was printed here")

    async def _fetch(self, manifest: PrintManifest) -> None:
        with (
            span(FETCH_BATCH, {"espace.batch_id": manifest.batch_id}),
            self._shop.display.progress(Work.FETCH, manifest.serial, manifest.sealed_bytes) as came,
        ):
            sealed = await self._gateway.fetch(
                manifest, self._shop.stopping.is_set, came, lambda why: self._shop.display.awaited(manifest.serial, why)
            )
        self._shop.spool.keep(manifest, sealed)

    def _note(self, manifest: PrintManifest, step: Step) -> Record:
        record = Record(manifest.batch_id, manifest.serial, manifest.run)
        return self._shop.journal.write(
            record, step, letters=len(manifest.letters), sheets=manifest.sheets, reprint=manifest.earlier_print_possible
        )

    def _check(self, batch_id: UUID) -> None:
        manifest, sealed = self._shop.spool.load(batch_id)
        check_sheets(manifest, open_batch(manifest, sealed, self._private_keys))
