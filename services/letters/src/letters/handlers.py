"""What ``letters`` does with each message: one function per event."""

from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert

from letters.models import Letter, LetterState, PrintBatchRow
from letters.reconciliation.receipts import heard
from shared.contracts.events import AccountRequested
from shared.contracts.print_batch import PrintReceipt, PrintReceiptV1
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.failures import PermanentError
from shared.observability.trace import current_trace


async def on_account_requested(event: AccountRequested, work: UnitOfWork) -> None:
    """A letter is owed: it waits for a batch. The provisional password is made with the batch, not before."""
    letter = {
        **event.model_dump(exclude={"number_fingerprints", "address_lines", "postal_zone"}),
        "id": uuid4(),
        "number_fingerprints": list(event.number_fingerprints),
        "address_lines": list(event.address_lines),
        "postal_zone": event.postal_zone.value,
        "state": LetterState.WAITING.value,
        "reason": "",
        "waiting_since": work.now,
        "traceparent": current_trace(),
    }
    # one letter a request, even should the request be told twice under two message ids
    await work.session.execute(insert(Letter).values(letter).on_conflict_do_nothing(index_elements=["request_id"]))


async def on_print_receipt(receipt: PrintReceipt, work: UnitOfWork) -> None:
    """The print shop took, printed, posted or refused a batch.

    Raises:
        PermanentError: no such batch, or a run that was never offered.
    """
    batch = await work.session.get(PrintBatchRow, receipt.batch_id, with_for_update=True)
    if batch is None:
        raise PermanentError("no such batch")
    if receipt.run > batch.run:
        raise PermanentError(f"receipt for run {receipt.run} of a batch in run {batch.run}")
    await heard(batch, receipt, work)


async def on_uncounted_receipt(receipt: PrintReceiptV1, work: UnitOfWork) -> None:
    """The same from a worker that counts nothing yet: its counts are taken to be ours.

    Raises:
        PermanentError: see ``on_print_receipt``.
    """
    batch = await work.session.get(PrintBatchRow, receipt.batch_id)
    if batch is None:
        raise PermanentError("no such batch")
    posted = receipt.outcome == "printed"
    spoiled = len(set(receipt.spoiled_letter_ids)) if posted else 0
    told = receipt.model_dump() | {
        "outcome": "posted" if posted else receipt.outcome,
        "letters": batch.letters - min(spoiled, batch.letters),
        "sheets": batch.sheets,
    }
    await on_print_receipt(PrintReceipt(**told), work)
