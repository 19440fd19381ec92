"""What a receipt does to a batch and its letters. Each may come twice, late, of an earlier run, and in any order."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import uuid4

import structlog
from sqlalchemy import delete
from sqlmodel import col, select

from letters.models import BatchNote, BatchState, BatchStep, Letter, LetterState, PrintBatchRow, RemadeSheet, SealedFile
from letters.posting import post
from letters.reconciliation.doubts import Doubt
from letters.telling import tell_parked
from shared.contracts.print_batch import PrintReceipt
from shared.database.unit_of_work import UnitOfWork

MOST_REFUSALS = 3
"""Refused batches after which a letter is offered once more; the next refusal parks it."""

log = structlog.get_logger()


async def heard(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> None:
    """Do what a receipt says, and note it; what does not add up is noted as a doubt, for people to settle.

    ``batch`` is locked by the caller. A receipt of an earlier run counts: paper that was posted is posted.
    """
    doubt = await _OUTCOMES[receipt.outcome](batch, receipt, work)
    work.session.add(
        BatchNote(
            id=uuid4(), batch_id=batch.id, at=work.now, step=BatchStep.DOUBTED if doubt else BatchStep(receipt.outcome),
            run=receipt.run, said_at=receipt.at, letters=receipt.letters, sheets=receipt.sheets,
            spoiled=len(receipt.spoiled_letter_ids), why=doubt or receipt_words(receipt),
        )
    )  # fmt: skip
    if doubt:
        batch.doubt = doubt
        log.error("print shop and letters disagree", batch_id=str(batch.id), serial=batch.serial, reason=str(doubt))


def receipt_words(receipt: PrintReceipt) -> str:
    """What the print shop wrote, on one line of printable signs."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in receipt.reason).split())


async def _taken(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> Doubt | None:
    """The batch is safe in the print shop's spool."""
    if batch.state == BatchState.OFFERED:
        batch.state = BatchState.TAKEN
    batch.taken_at = batch.taken_at or _heard_at(batch, receipt, work)
    return None if (receipt.letters, receipt.sheets) == (batch.letters, batch.sheets) else Doubt.TAKEN_COUNT


async def _printed(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> Doubt | None:
    """Its sheets are out of the printer."""
    if batch.state == BatchState.OFFERED:
        batch.state = BatchState.TAKEN
    batch.printed_at = batch.printed_at or _heard_at(batch, receipt, work)
    return None if receipt.sheets == batch.sheets else Doubt.PRINTED_COUNT


async def _posted(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> Doubt | None:
    """Its letters are with the post; spoiled ones wait for another batch, with another password."""
    spoiled = set(receipt.spoiled_letter_ids)
    if batch.state == BatchState.POSTED:
        return await _posted_again(batch, receipt, work)
    if batch.state == BatchState.REFUSED:
        return Doubt.POSTED_AFTER_REFUSED
    letters = await _letters(batch, work)
    if not spoiled <= {letter.id for letter in letters}:
        return Doubt.UNKNOWN_SPOILED
    if receipt.letters + len(spoiled) != batch.letters:
        return Doubt.POSTED_COUNT
    batch.state, batch.ended_at, batch.doubt = BatchState.POSTED, _heard_at(batch, receipt, work), ""
    batch.spoiled_letter_ids = sorted(spoiled)
    for letter in letters:
        if letter.id in spoiled:
            _make_anew(letter, work)
        else:
            await post(letter, batch.ended_at, work)
    log.info("batch posted", batch_id=str(batch.id), serial=batch.serial, letters=len(letters) - len(spoiled))
    return None


async def _posted_again(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> Doubt | None:
    if set(receipt.spoiled_letter_ids) != set(batch.spoiled_letter_ids):
        return Doubt.POSTED_OTHERWISE
    runs = await work.session.execute(
        select(BatchNote.run, BatchNote.said_at).where(
            BatchNote.batch_id == batch.id, BatchNote.step == BatchStep.POSTED
        )
    )
    # of another run, but of the same moment: one posting, told once more
    known = [(run, said_at) for run, said_at in runs if run == receipt.run or said_at == receipt.at]
    return None if known else Doubt.POSTED_TWICE


async def _refused(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> Doubt | None:
    """The print shop can't print it: its letters are made again, a few times, and then parked."""
    if batch.state == BatchState.REFUSED or receipt.run < batch.run:
        return None
    if batch.state == BatchState.POSTED:
        return Doubt.REFUSED_AFTER_POSTED
    batch.state, batch.ended_at, batch.doubt = BatchState.REFUSED, _heard_at(batch, receipt, work), ""
    batch.reason = receipt_words(receipt)
    await work.session.execute(delete(SealedFile).where(col(SealedFile.batch_id) == batch.id))
    # its words stay in the row: they may quote anything
    log.error("batch refused by the print shop", batch_id=str(batch.id), serial=batch.serial)
    for letter in await _letters(batch, work):
        _make_anew(letter, work)
        letter.refusals += 1
        if letter.refusals > MOST_REFUSALS:
            letter.state, letter.reason = LetterState.PARKED, f"print shop: {batch.reason}"
            await tell_parked(work, letter, "refused-by-print-shop")
            log.error("letter parked", letter_id=str(letter.id), reason="refused-by-print-shop")
    return None


_OUTCOMES: dict[str, Callable[[PrintBatchRow, PrintReceipt, UnitOfWork], Awaitable[Doubt | None]]] = {
    "taken": _taken,
    "printed": _printed,
    "posted": _posted,
    "refused": _refused,
}


def _make_anew(letter: Letter, work: UnitOfWork) -> None:
    """Its sheet is destroyed, or should be; who finds it all the same can ask what it was."""
    if letter.mark and letter.batch_id and letter.place:
        sheet = RemadeSheet(mark=letter.mark, letter_id=letter.id, batch_id=letter.batch_id, place=letter.place)
        work.session.add(sheet)
    wait_again(letter, work.now)


def wait_again(letter: Letter, now: datetime) -> None:
    """Back among the waiting letters; the password that was made for it is no more."""
    letter.state, letter.waiting_since, letter.reason, letter.detail = LetterState.WAITING, now, "", ""
    letter.batch_id = letter.place = letter.mark = letter.password_hash = letter.printed_until = None


def _heard_at(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> datetime:
    """When it was: a time told by another clock, kept between two of ours."""
    return min(max(receipt.at, batch.closed_at), work.now)


async def _letters(batch: PrintBatchRow, work: UnitOfWork) -> list[Letter]:
    rows = await work.session.scalars(
        select(Letter).where(Letter.batch_id == batch.id).order_by(col(Letter.place)).with_for_update()
    )
    return list(rows)
