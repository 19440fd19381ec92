"""What becomes of claimed letters, each in one unit of work: a stored batch with its manifest, or parked letters."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import structlog

from letters import claims
from letters.models import BatchState, LetterState, PrintBatchRow, SealedFile
from letters.telling import tell_batched, tell_parked
from shared.contracts.events import ParkReason
from shared.contracts.print_batch import PrintBatch
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey

FIRST_RUN = 1

log = structlog.get_logger()


class ClaimLostError(Exception):
    """The claim ended before the batch was stored; another maker may have the letters: nothing is kept."""


@dataclass(frozen=True)
class MadeLetter:
    """What the database learns of a letter that was made: the password's hash, never the password."""

    id: UUID
    password_hash: str
    printed_until: date


@dataclass(frozen=True)
class MadeBatch:
    """A batch ready to be stored."""

    id: UUID
    serial: str
    letters: tuple[MadeLetter, ...]
    sealed: bytes
    sealed_sha256: str
    pdf_sha256: str
    key_id: str

    @classmethod
    def of(
        cls, batch_id: UUID, serial: str, letters: tuple[MadeLetter, ...], pdf: bytes, key: SealingKey
    ) -> "MadeBatch":
        """Seal a PDF to the print shop's key."""
        sealed = key.seal(pdf)
        sealed_sha256, pdf_sha256 = (hashlib.sha256(content).hexdigest() for content in (sealed, pdf))
        return cls(batch_id, serial, letters, sealed, sealed_sha256, pdf_sha256, key.kid)


async def store(work: UnitOfWork, made: MadeBatch) -> None:
    """Keep a batch and offer it to the print shop.

    Raises:
        ClaimLostError: not all of its letters are still held by its claim.
    """
    held = await claims.claimed(work, made.id)
    if held.keys() != {letter.id for letter in made.letters}:
        raise ClaimLostError
    work.session.add(_row(made, work))
    await work.session.flush()
    work.session.add(SealedFile(batch_id=made.id, content=made.sealed))
    for place, letter in enumerate(made.letters, start=1):
        row = held[letter.id]
        row.state, row.batch_id, row.place = LetterState.BATCHED, made.id, place
        row.password_hash, row.printed_until = letter.password_hash, letter.printed_until
        row.claim = row.claimed_until = None
        await tell_batched(work, row, made.id, made.serial, work.now)
    await work.publish(manifest(made))


def manifest(made: MadeBatch) -> PrintBatch:
    """What the print shop is told of a batch."""
    return PrintBatch(
        batch_id=made.id,
        serial=made.serial,
        run=FIRST_RUN,
        letter_ids=tuple(letter.id for letter in made.letters),
        sheets=len(made.letters),
        fetch_path=f"/impression/lots/{made.id}",
        sealed_bytes=len(made.sealed),
        sealed_sha256=made.sealed_sha256,
        pdf_sha256=made.pdf_sha256,
        key_id=made.key_id,
    )


async def park(work: UnitOfWork, batch_id: UUID, reasons: Mapping[UUID, ParkReason]) -> None:
    """Put letters of a claim aside with their reasons; the others are free for the next batch."""
    held = await claims.claimed(work, batch_id)
    for letter_id, reason in reasons.items():
        if letter := held.get(letter_id):
            letter.state, letter.reason = LetterState.PARKED, reason
            letter.claim = letter.claimed_until = None
            await tell_parked(work, letter, reason)
            log.error("letter parked", letter_id=str(letter_id), reason=reason)
    await work.session.flush()
    await claims.release(work, batch_id)


def _row(made: MadeBatch, work: UnitOfWork) -> PrintBatchRow:
    return PrintBatchRow(
        id=made.id,
        serial=made.serial,
        run=FIRST_RUN,
        state=BatchState.OFFERED,
        letters=len(made.letters),
        sheets=len(made.letters),
        sealed_bytes=len(made.sealed),
        sealed_sha256=made.sealed_sha256,
        pdf_sha256=made.pdf_sha256,
        key_id=made.key_id,
        closed_at=work.now,
        spoiled_letter_ids=[],
    )
