"""Where is this letter? By its mark, or by the reference that it carries: of its newest sheet, or of one that was remade."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from letters.models import Letter, PrintBatchRow, RemadeSheet
from shared.contracts.letter_mark import MistypedMarkError, read_mark
from shared.contracts.print_room import FoundLetter
from shared.database.unit_of_work import UnitOfWork

_LONGEST_PLACE = 3


@dataclass(frozen=True)
class _Named:
    """A mark, or else a serial and a place."""

    mark: str = ""
    serial: str = ""
    place: int = 0

    @classmethod
    def read(cls, named: str) -> "_Named | None":
        """What was typed or scanned; None when it names nothing."""
        if "/" in named:
            serial, _, place = named.strip().upper().partition("/")
            good = place.isdecimal() and len(place) <= _LONGEST_PLACE
            return cls(serial=serial, place=int(place)) if good else None
        try:
            return cls(mark=read_mark(named))
        except MistypedMarkError:
            return None

    def stands_on(self, sheet: type[Letter | RemadeSheet]) -> ColumnElement[bool]:
        """A condition on a sheet, joined with its batch."""
        if self.mark:
            return col(sheet.mark) == self.mark
        return (col(PrintBatchRow.serial) == self.serial) & (col(sheet.place) == self.place)


async def found(work: UnitOfWork, named: str) -> list[FoundLetter]:
    """The letters that are named so: one, or none."""
    which = _Named.read(named)
    if which is None:
        return []
    for sheet, letter_id in ((Letter, Letter.id), (RemadeSheet, RemadeSheet.letter_id)):
        ids = await work.session.scalars(
            select(letter_id)
            .join(PrintBatchRow, col(PrintBatchRow.id) == col(sheet.batch_id), isouter=True)
            .where(which.stands_on(sheet))
        )
        if letters := await _told(work, ids.all(), remade=sheet is RemadeSheet):
            return letters
    return []


async def _told(work: UnitOfWork, letter_ids: Sequence[UUID], *, remade: bool) -> list[FoundLetter]:
    rows = await work.session.execute(
        select(Letter, PrintBatchRow.serial)
        .join(PrintBatchRow, col(PrintBatchRow.id) == col(Letter.batch_id), isouter=True)
        .where(col(Letter.id).in_(letter_ids))
    )
    return [
        FoundLetter(
            id=letter.id, person_id=letter.person_id, mark=letter.mark, batch_id=letter.batch_id, serial=serial or "",
            place=letter.place, purpose=letter.purpose, state=letter.state,
            posted_at=letter.posted_at, returned_at=letter.returned_at, remade=remade,
        )
        for letter, serial in rows
    ]  # fmt: skip
