"""What becomes of claimed letters, each in one unit of work: a stored batch with its manifest, or parked letters."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import pikepdf
import structlog

from letters.batch_addresses import LettersRefusedError
from letters.batches import claims
from letters.batches.manifests import fetch_path, offer
from letters.models import BatchNote, BatchState, BatchStep, LetterState, PrintBatchRow, SealedFile
from letters.sheets import separator
from letters.telling import tell_batched, tell_parked
from shared.contracts.print_manifest import ManifestLetter, PrintManifest
from shared.database.unit_of_work import UnitOfWork
from shared.printing.sheet_digest import sheet_digests
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey

FIRST_RUN = 1

log = structlog.get_logger()


class ClaimLostError(Exception):
    """The claim ended before the batch was stored; another maker may have the letters: nothing is kept."""


@dataclass(frozen=True)
class MadeLetter:
    """What the database learns of a letter that was made: the password's hash, never the password."""

    id: UUID
    mark: str
    password_hash: str
    printed_until: date


@dataclass(frozen=True)
class Times:
    """Of a batch; ``closed_at`` and ``taken_by`` are aware."""

    closed_at: datetime
    post_on: date
    taken_by: datetime


@dataclass(frozen=True)
class MadeBatch:
    """A batch ready to be stored."""

    manifest: PrintManifest
    letters: tuple[MadeLetter, ...]
    sealed: bytes

    @classmethod
    def of(
        cls, batch_id: UUID, serial: str, letters: Sequence[MadeLetter], times: Times, pdf: bytes, key: SealingKey
    ) -> "MadeBatch":
        """Seal a PDF to the print shop's key, and write down what it holds."""
        sealed = key.seal(pdf)
        with pikepdf.open(io.BytesIO(pdf)) as file:
            digests = list(sheet_digests(file))[separator.SHEETS :]
        manifest = PrintManifest(
            batch_id=batch_id,
            serial=serial,
            run=FIRST_RUN,
            letters=tuple(
                ManifestLetter(id=letter.id, mark=letter.mark, sha256=digest)
                for letter, digest in zip(letters, digests, strict=True)
            ),
            separators=separator.SHEETS,
            fetch_path=fetch_path(batch_id, FIRST_RUN),
            sealed_bytes=len(sealed),
            sealed_sha256=hashlib.sha256(sealed).hexdigest(),
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            key_id=key.kid,
            closed_at=times.closed_at,
            post_on=times.post_on,
            taken_by=times.taken_by,
        )
        return cls(manifest, tuple(letters), sealed)


async def store(work: UnitOfWork, made: MadeBatch, keys: KeyRing) -> None:
    """Keep a batch and offer it to the print shop, with a manifest signed by the first of ``keys``.

    Raises:
        ClaimLostError: not all of its letters are still held by its claim.
    """
    batch_id = made.manifest.batch_id
    held = await claims.claimed(work, batch_id)
    if held.keys() != {letter.id for letter in made.letters}:
        raise ClaimLostError
    work.session.add(_row(made.manifest))
    await work.session.flush()
    work.session.add(SealedFile(batch_id=batch_id, content=made.sealed))
    work.session.add(offered_note(made.manifest, work.now))
    for place, letter in enumerate(made.letters, start=1):
        row = held[letter.id]
        row.state, row.batch_id, row.place, row.mark = LetterState.BATCHED, batch_id, place, letter.mark
        row.password_hash, row.printed_until = letter.password_hash, letter.printed_until
        row.claim = row.claimed_until = None
        await tell_batched(work, row, batch_id, made.manifest.serial, made.manifest.closed_at)
    await work.publish(offer(made.manifest, keys))


def offered_note(manifest: PrintManifest, now: datetime, why: str = "", who: str = "") -> BatchNote:
    """The line that tells of an offer."""
    return BatchNote(
        id=uuid4(), batch_id=manifest.batch_id, at=now, step=BatchStep.OFFERED, run=manifest.run,
        letters=len(manifest.letters), sheets=manifest.sheets, why=why, who=who,
    )  # fmt: skip


async def park(work: UnitOfWork, batch_id: UUID, refusal: LettersRefusedError) -> None:
    """Put letters of a claim aside with their reasons; the others are free for the next batch."""
    held = await claims.claimed(work, batch_id)
    for letter_id, reason in refusal.reasons.items():
        if letter := held.get(letter_id):
            letter.state, letter.reason = LetterState.PARKED, reason
            letter.detail = refusal.details.get(letter_id, "")
            letter.claim = letter.claimed_until = None
            await tell_parked(work, letter, reason)
            log.error("letter parked", letter_id=str(letter_id), reason=reason)
    await work.session.flush()
    await claims.release(work, batch_id)


def _row(manifest: PrintManifest) -> PrintBatchRow:
    return PrintBatchRow(
        id=manifest.batch_id,
        serial=manifest.serial,
        run=manifest.run,
        state=BatchState.OFFERED,
        letters=len(manifest.letters),
        sheets=manifest.sheets,
        sealed_bytes=manifest.sealed_bytes,
        sealed_sha256=manifest.sealed_sha256,
        pdf_sha256=manifest.pdf_sha256,
        key_id=manifest.key_id,
        closed_at=manifest.closed_at,
        spoiled_letter_ids=[],
        manifest=manifest.model_dump_json(),
        post_on=manifest.post_on,
        taken_by=manifest.taken_by,
    )
