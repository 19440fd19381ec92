"""The signed manifest of a batch: made with it, and signed anew for each later run of the same file."""

from datetime import datetime
from uuid import UUID

from letters.models import PrintBatchRow
from shared.contracts.print_batch import PrintBatch
from shared.contracts.print_manifest import PrintManifest
from shared.security.key_ring import KeyRing
from shared.security.signing import sign


def fetch_path(batch_id: UUID, run: int) -> str:
    """Where the print shop fetches a run, below the gateway's address."""
    return f"/impression/lots/{batch_id}/{run}"


def offer(manifest: PrintManifest, keys: KeyRing) -> PrintBatch:
    """The message that offers a batch."""
    return PrintBatch(
        batch_id=manifest.batch_id,
        serial=manifest.serial,
        run=manifest.run,
        signed_manifest=sign(keys, manifest.model_dump_json().encode()),
    )


def next_run(batch: PrintBatchRow, taken_by: datetime) -> PrintManifest:
    """The manifest of one run more, of a batch that has one (those of earlier versions have none).

    Once an earlier run was given to a spool, a print of it may exist, and whoever gets the next one is told.
    """
    assert batch.manifest is not None  # noqa: S101 - every caller has asked
    known = PrintManifest.model_validate_json(batch.manifest)
    run = known.run + 1
    doubtful = known.earlier_print_possible or batch.claimed_by is not None
    return known.model_copy(
        update={
            "run": run, "taken_by": taken_by, "fetch_path": fetch_path(batch.id, run), "earlier_print_possible": doubtful
        }
    )  # fmt: skip
