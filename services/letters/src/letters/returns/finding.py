"""Where is this letter? By its mark, or by the reference that it carries."""

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from letters.models import Letter, PrintBatchRow
from shared.contracts.letter_mark import MistypedMarkError, read_mark
from shared.contracts.print_room import FoundLetter
from shared.database.unit_of_work import UnitOfWork

_LONGEST_PLACE = 3
Which = tuple[ColumnElement[bool], ...]


async def found(work: UnitOfWork, named: str) -> list[FoundLetter]:
    """The letters that are named so: one, or none."""
    which = _by_mark(named) if "/" not in named else _by_reference(named)
    if which is None:
        return []
    rows = await work.session.execute(
        select(Letter, PrintBatchRow.serial)
        .join(PrintBatchRow, col(PrintBatchRow.id) == col(Letter.batch_id), isouter=True)
        .where(*which)
    )
    return [
        FoundLetter(
            id=letter.id, person_id=letter.person_id, mark=letter.mark, batch_id=letter.batch_id, serial=serial or "",
            place=letter.place, purpose=letter.purpose, state=letter.state,
            posted_at=letter.posted_at, returned_at=letter.returned_at,
        )
        for letter, serial in rows
    ]  # fmt: skip


def _by_mark(named: str) -> Which | None:
    try:
        return (col(Letter.mark) == read_mark(named),)
    except MistypedMarkError:
        return None


def _by_reference(named: str) -> Which | None:
    serial, _, place = named.strip().upper().partition("/")
    if not place.isdecimal() or len(place) > _LONGEST_PLACE:
        return None
    return (col(PrintBatchRow.serial) == serial, col(Letter.place) == int(place))
