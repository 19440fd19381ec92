"""Parked letters, for operations: see why, and let them go on once the cause is gone."""

from collections import Counter

from sqlmodel import col, select

from letters.models import Letter, LetterState
from letters.print_receipts import wait_again
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
    letters = list(await work.session.scalars(parked))
    for letter in letters:
        wait_again(letter, work.now)
        letter.refusals = 0
    return len(letters)


def by_reason(letters: list[Letter]) -> list[tuple[str, int]]:
    """Reasons and how many letters each holds, most first."""
    return Counter(letter.reason for letter in letters).most_common()
