"""A batch is offered once more: the same file, under a manifest with a higher run."""

from datetime import datetime
from uuid import uuid4

import structlog

from letters.batches.manifests import next_run, offer
from letters.batches.store import offered_note
from letters.models import BatchNote, BatchState, BatchStep, PrintBatchRow, SealedFile
from shared.database.unit_of_work import UnitOfWork
from shared.security.key_ring import KeyRing

REPRINT = "reprint"
"""What the log says of a reason that somebody wrote: the note has it."""

log = structlog.get_logger()


async def offer_again(
    batch: PrintBatchRow, work: UnitOfWork, keys: KeyRing, taken_by: datetime, why: str, who: str = ""
) -> None:
    """Offer the next run of a batch that has a manifest, and that the caller has locked.

    From now on the gateway gives out the new run only.
    """
    manifest = next_run(batch, taken_by)
    batch.run, batch.manifest, batch.taken_by = manifest.run, manifest.model_dump_json(), taken_by
    batch.state, batch.claimed_by = BatchState.OFFERED, None
    batch.fetched_at = batch.taken_at = batch.printed_at = None
    work.session.add(offered_note(manifest, work.now, why, who))
    await work.publish(offer(manifest, keys))
    logged = REPRINT if who else why
    log.warning("batch offered again", batch_id=str(batch.id), serial=batch.serial, run=manifest.run, reason=logged)


def why_no_reprint(batch: PrintBatchRow, *, has_file: bool) -> str:
    """Why the file can't be offered again, as a code; empty when it can."""
    if batch.state == BatchState.POSTED:
        return "posted"
    if batch.state == BatchState.REFUSED:
        return "refused"
    if batch.manifest is None:
        return "earlier-version"
    return "" if has_file else "file-gone"


async def reprint(batch: PrintBatchRow, work: UnitOfWork, keys: KeyRing, taken_by: datetime, why: str, who: str) -> str:
    """Somebody of the staff has a batch printed again; a code of why it can't be, or nothing.

    Whoever gets the next run is told that a print may exist, if an earlier one was given to a spool.
    """
    file = await work.session.get(SealedFile, batch.id)
    refused = why_no_reprint(batch, has_file=file is not None)
    if not refused:
        await offer_again(batch, work, keys, taken_by, why, who)
    return refused


def settle(batch: PrintBatchRow, work: UnitOfWork, why: str, who: str) -> str:
    """People have settled a doubt; ``no-doubt`` when there is none."""
    if not batch.doubt:
        return "no-doubt"
    batch.doubt = ""
    work.session.add(
        BatchNote(id=uuid4(), batch_id=batch.id, at=work.now, step=BatchStep.SETTLED, run=batch.run, why=why, who=who)
    )
    return ""
