"""Parked letters, for operations: see why, and let them go on once the cause is gone."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from letters.models import Letter, LetterState
from letters.reconciliation.receipts import wait_again
from shared.contracts.print_room import ParkedLetter
from shared.database.unit_of_work import UnitOfWork


async def parked_letters(work: UnitOfWork) -> list[Letter]:
    """Those that can't be printed, oldest first."""
    rows = await work.session.scalars(
        select(Letter).where(Letter.state == LetterState.PARKED).order_by(col(Letter.requested_at))
    )
    return list(rows)


async def release(work: UnitOfWork, reason: str) -> int:
    """Let the letters parked for a reason wait for a batch again; how many."""
    parked = select(Letter).where(Letter.state == LetterState.PARKED, Letter.reason == reason).with_for_update()
    return _released(list(await work.session.scalars(parked)), work)


async def work_list(work: UnitOfWork) -> list[ParkedLetter]:
    """The same for the desk; canaries too, whose address is a setting."""
    return [
        ParkedLetter(
            id=letter.id, person_id=letter.person_id, requested_at=letter.requested_at,
            parked_since=letter.waiting_since, reason=_code(letter.reason), detail=letter.detail, purpose=letter.purpose,
        )
        for letter in await parked_letters(work)
    ]  # fmt: skip


async def release_letters(work: UnitOfWork, letter_ids: Sequence[UUID]) -> int:
    """Let some parked letters wait for a batch again; how many were still parked."""
    chosen = select(Letter).where(Letter.state == LetterState.PARKED, col(Letter.id).in_(letter_ids))
    return _released(list(await work.session.scalars(chosen.with_for_update())), work)


def by_reason(letters: list[Letter]) -> list[tuple[str, int]]:
    """Reasons and how many letters each holds, most first."""
    return Counter(letter.reason for letter in letters).most_common()


def _released(letters: Sequence[Letter], work: UnitOfWork) -> int:
    for letter in letters:
        wait_again(letter, work.now)
        letter.refusals = 0
    return len(letters)


def _code(reason: str) -> str:
    """The reason's code: after it may stand what the print shop wrote."""
    return "refused-by-print-shop" if reason.startswith("print shop:") else reason
