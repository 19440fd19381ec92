"""What a receipt does to a batch and its letters. Each may come twice, and ``taken`` may come after the end."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from sqlalchemy import delete
from sqlmodel import col, select

from letters.models import BatchState, Letter, LetterState, PrintBatchRow, SealedFile
from letters.provisional_validity import valid_until
from letters.telling import tell_parked
from shared.contracts.events import LetterPrinted, LetterPurpose
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintReceipt
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.failures import PermanentError
from shared.observability.operations import POST_LETTER
from shared.observability.trace import current_trace, span_from

MOST_REFUSALS = 3
"""Refused batches after which a letter is offered once more; the next refusal parks it."""

log = structlog.get_logger()


async def taken(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> None:
    """The batch is safe in the print shop's spool."""
    if batch.state == BatchState.OFFERED:
        batch.state = BatchState.TAKEN
    batch.taken_at = batch.taken_at or bounded(receipt.at, batch.closed_at, work.now)


async def printed(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> None:
    """Its letters are with the post; spoiled ones wait for another batch, with another password.

    Raises:
        PermanentError: it was refused before, or the spoiled letters are not the batch's or not those told before.
    """
    spoiled = set(receipt.spoiled_letter_ids)
    if batch.state == BatchState.PRINTED:
        if spoiled != set(batch.spoiled_letter_ids):
            raise PermanentError("printed before, with other spoiled letters")
        return
    if batch.state == BatchState.REFUSED:
        raise PermanentError("printed after it was refused")
    letters = await _letters(batch, work)
    if not spoiled <= {letter.id for letter in letters}:
        raise PermanentError("a spoiled letter is not of this batch")
    batch.state, batch.ended_at = BatchState.PRINTED, bounded(receipt.at, batch.closed_at, work.now)
    batch.spoiled_letter_ids = sorted(spoiled)
    for letter in letters:
        if letter.id in spoiled:
            wait_again(letter, work.now)
        else:
            await _post(letter, batch.ended_at, work)
    log.info("batch posted", batch_id=str(batch.id), serial=batch.serial, letters=len(letters) - len(spoiled))


async def refused(batch: PrintBatchRow, receipt: PrintReceipt, work: UnitOfWork) -> None:
    """The print shop can't print it: its letters are made again, a few times, and then parked.

    Raises:
        PermanentError: it was printed before.
    """
    if batch.state == BatchState.REFUSED:
        return
    if batch.state == BatchState.PRINTED:
        raise PermanentError("refused after it was printed")
    batch.state, batch.ended_at = BatchState.REFUSED, bounded(receipt.at, batch.closed_at, work.now)
    batch.reason = " ".join("".join(mark if mark.isprintable() else " " for mark in receipt.reason).split())
    await work.session.execute(delete(SealedFile).where(col(SealedFile.batch_id) == batch.id))
    # its words stay in the row: they may quote anything
    log.error("batch refused by the print shop", batch_id=str(batch.id), serial=batch.serial)
    for letter in await _letters(batch, work):
        wait_again(letter, work.now)
        letter.refusals += 1
        if letter.refusals > MOST_REFUSALS:
            letter.state, letter.reason = LetterState.PARKED, f"print shop: {batch.reason}"
            await tell_parked(work, letter, "refused-by-print-shop")
            log.error("letter parked", letter_id=str(letter.id), reason="refused-by-print-shop")


OUTCOMES: dict[str, Callable[[PrintBatchRow, PrintReceipt, UnitOfWork], Awaitable[None]]] = {
    "taken": taken,
    "printed": printed,
    "refused": refused,
}


def bounded(told: datetime, earliest: datetime, latest: datetime) -> datetime:
    """A time told by another clock, kept between two of ours."""
    return min(max(told, earliest), latest)


def wait_again(letter: Letter, now: datetime) -> None:
    """Back among the waiting letters; the password that was made for it is no more."""
    letter.state, letter.waiting_since, letter.reason = LetterState.WAITING, now, ""
    letter.batch_id = letter.place = letter.password_hash = letter.printed_until = None


async def _letters(batch: PrintBatchRow, work: UnitOfWork) -> list[Letter]:
    rows = await work.session.scalars(
        select(Letter).where(Letter.batch_id == batch.id).order_by(col(Letter.place)).with_for_update()
    )
    return list(rows)


async def _post(letter: Letter, posted_at: datetime, work: UnitOfWork) -> None:
    if letter.password_hash is None or letter.printed_until is None:
        raise PermanentError("a letter of the batch has no password")
    purpose: LetterPurpose = letter.purpose  # type: ignore[assignment]
    told = LetterPrinted(
        person_id=letter.person_id,
        civility=letter.civility,
        given_name=letter.given_name,
        family_name=letter.family_name,
        email=letter.email,
        request_id=letter.request_id,
        letter_id=letter.id,
        number_fingerprints=tuple(letter.number_fingerprints),
        birth_date=letter.birth_date,
        password_hash=letter.password_hash,
        valid_until=valid_until(letter.printed_until, posted_at, PostalZone(letter.postal_zone)),
        posted_at=posted_at,
        purpose=purpose,
        requested_at=letter.requested_at,
    )
    batch = current_trace()
    with span_from(letter.traceparent or batch, POST_LETTER, {"espace.letter_id": letter.id}, [batch]):
        await work.publish(told)
    letter.state, letter.posted_at, letter.password_hash = LetterState.POSTED, posted_at, None
