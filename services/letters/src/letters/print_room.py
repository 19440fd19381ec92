"""How the print room stands, and all of one batch: read from the tables, as the desk shows it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from letters import promise
from letters.batches.closing import ClosingRules
from letters.canary import measuring
from letters.letter_counts import letter_counts
from letters.models import BatchNote, BatchState, Letter, PrintBatchRow, RemadeSheet, SealedFile
from letters.provisional_validity import end_of_day
from letters.reconciliation.runs import why_no_reprint
from shared.contracts.print_room import BatchLine, BatchNoteLine, BatchPage, LetterLine, PrintRoom
from shared.contracts.working_days import WorkingDays
from shared.contracts.working_time import next_cut_off
from shared.database.unit_of_work import UnitOfWork

ENDED_SHOWN = 20
LOOKED_BACK = timedelta(days=30)
_STATES = {BatchState.POSTED: "posted", BatchState.REFUSED: "refused", BatchState.OFFERED: "offered"}


async def print_room(work: UnitOfWork, rules: ClosingRules, shop_days: WorkingDays, *, canary: bool) -> PrintRoom:
    """All of it, now. ``canary``: whether a test letter is sent at all."""
    counts = await letter_counts(work)
    ended = col(PrintBatchRow.state).in_([BatchState.POSTED, BatchState.REFUSED])
    open_ones = await _batches(work, or_(~ended, col(PrintBatchRow.doubt) != ""), col(PrintBatchRow.closed_at))
    last = await _batches(work, ended, col(PrintBatchRow.ended_at).desc(), ENDED_SHOWN)
    returned, posted = (
        await work.session.execute(
            select(
                func.count().filter(col(Letter.returned_at) > work.now - LOOKED_BACK),
                func.count().filter(col(Letter.posted_at) > work.now - LOOKED_BACK),
            )
        )
    ).one()
    return PrintRoom(
        waiting=counts.waiting,
        oldest_waiting_since=counts.oldest_waiting_since,
        batched=counts.batched,
        parked=counts.parked,
        doubts=sum(bool(batch.doubt) for batch in open_ones),
        next_cut_off=next_cut_off(work.now, rules.cut_off, rules.days),
        open=[line(batch, work.now) for batch in open_ones],
        ended=[line(batch, work.now) for batch in last],
        returned=returned,
        posted=posted,
        promise=await promise.state(work, shop_days),
        canary=await measuring.state(work, shop_days, on=canary),
    )


async def batch_page(work: UnitOfWork, batch_id: UUID) -> BatchPage | None:
    """A batch with its notes and letters; None when there is none."""
    batch = await work.session.get(PrintBatchRow, batch_id)
    if batch is None:
        return None
    notes = await work.session.scalars(
        select(BatchNote).where(BatchNote.batch_id == batch_id).order_by(col(BatchNote.at), col(BatchNote.id))
    )
    letters = await work.session.execute(
        select(Letter, RemadeSheet)
        .join(
            RemadeSheet,
            and_(col(RemadeSheet.letter_id) == col(Letter.id), col(RemadeSheet.batch_id) == batch_id),
            isouter=True,
        )
        .where(or_(col(Letter.batch_id) == batch_id, col(RemadeSheet.batch_id) == batch_id))
        .order_by(func.coalesce(RemadeSheet.place, Letter.place))
    )
    has_file = await work.session.scalar(select(col(SealedFile.batch_id)).where(SealedFile.batch_id == batch_id))
    return BatchPage(
        batch=line(batch, work.now),
        notes=[BatchNoteLine.model_validate(note, from_attributes=True) for note in notes],
        letters=[_letter(letter, sheet) for letter, sheet in letters],
        reprint_refused=why_no_reprint(batch, has_file=has_file is not None),
    )


def line(batch: PrintBatchRow, now: datetime) -> BatchLine:
    """A batch as a list shows it."""
    state = _STATES.get(BatchState(batch.state), "printed" if batch.printed_at else "taken")
    told = batch.model_dump(exclude={"state", "reason", "manifest", "spoiled_letter_ids"})
    return BatchLine(**told, state=state, spoiled=len(batch.spoiled_letter_ids), overdue=overdue(batch, now))


def overdue(batch: PrintBatchRow, now: datetime) -> str:
    """``not-taken`` or ``not-posted``, past the time by which it should have been."""
    if batch.state == BatchState.OFFERED and batch.taken_by is not None and batch.taken_by < now:
        return "not-taken"
    if batch.state in {BatchState.OFFERED, BatchState.TAKEN} and batch.post_on and end_of_day(batch.post_on) < now:
        return "not-posted"
    return ""


def _letter(letter: Letter, remade: RemadeSheet | None) -> LetterLine:
    sheet = remade or letter
    return LetterLine(
        id=letter.id, person_id=letter.person_id, place=sheet.place or 0, mark=sheet.mark or "",
        state="spoiled" if remade else letter.state, purpose=letter.purpose, zone=letter.postal_zone,
        returned_at=None if remade else letter.returned_at,
    )  # fmt: skip


async def _batches(work: UnitOfWork, which: object, order: object, most: int | None = None) -> Sequence[PrintBatchRow]:
    rows = await work.session.scalars(select(PrintBatchRow).where(which).order_by(order).limit(most))  # type: ignore[arg-type]
    return rows.all()
