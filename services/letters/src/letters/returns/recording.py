"""Records letters that came back: once, however often they are scanned; their passwords are then void everywhere."""

from collections.abc import Sequence

from sqlmodel import col, select

from letters.canary.kind import CANARY
from letters.models import Letter, LetterState, RemadeSheet
from letters.telling import tell
from shared.contracts.events import LetterPurpose, LetterReturned
from shared.contracts.letter_mark import MistypedMarkError, read_mark
from shared.contracts.print_room import ReturnedMark
from shared.database.unit_of_work import UnitOfWork

_SHOWN = 60


async def record(work: UnitOfWork, marks: Sequence[str], reason: str) -> list[ReturnedMark]:
    """What became of each mark, in their order. ``reason`` is a code of ``LetterReturned``."""
    read = [_read(one) for one in marks]
    letters = await _letters(work, {mark for mark in read if mark})
    remade = await _remade(work, {mark for mark in read if mark} - letters.keys())
    told: list[ReturnedMark] = []
    seen: set[str] = set()
    for given, mark in zip(marks, read, strict=True):
        outcome, letter = "mistyped", letters.get(mark) or remade.get(mark)
        if mark in seen:
            outcome = "repeated"
        elif mark in remade:
            outcome = "remade"
        elif mark:
            outcome = await _returned(work, letter, reason) if letter else "unknown"
        seen |= {mark} - {""}
        told.append(
            ReturnedMark(
                given=given.strip()[:_SHOWN], outcome=outcome,
                letter_id=letter.id if letter else None, person_id=letter.person_id if letter else None,
                purpose=letter.purpose if letter else "",
            )
        )  # fmt: skip
    return told


def _read(given: str) -> str:
    """The mark; empty when it can't be one."""
    try:
        return read_mark(given)
    except MistypedMarkError:
        return ""


async def _letters(work: UnitOfWork, marks: set[str]) -> dict[str, Letter]:
    rows = await work.session.scalars(
        select(Letter).where(col(Letter.mark).in_(marks)).order_by(col(Letter.id)).with_for_update()
    )
    return {letter.mark: letter for letter in rows if letter.mark}


async def _remade(work: UnitOfWork, marks: set[str]) -> dict[str, Letter]:
    """Letters of which an earlier sheet, spoiled or refused, has that mark: what it says opens nothing."""
    if not marks:
        return {}
    rows = await work.session.execute(
        select(RemadeSheet.mark, Letter)
        .join(Letter, col(Letter.id) == col(RemadeSheet.letter_id))
        .where(col(RemadeSheet.mark).in_(marks))
    )
    return {mark: letter for mark, letter in rows}  # noqa: C416 - rows are not pairs to a type checker


async def _returned(work: UnitOfWork, letter: Letter, reason: str) -> str:
    if letter.state != LetterState.POSTED or letter.posted_at is None:
        return "not-posted"
    if letter.returned_at is not None:
        return "known"
    letter.returned_at, letter.return_reason = work.now, reason
    if letter.email and letter.purpose != CANARY:  # else nobody is left whom it concerns
        await _tell(work, letter, reason)
    return "recorded"


async def _tell(work: UnitOfWork, letter: Letter, reason: str) -> None:
    assert letter.posted_at is not None  # noqa: S101 - it came back
    assert letter.returned_at is not None  # noqa: S101 - just set
    purpose: LetterPurpose = letter.purpose  # type: ignore[assignment]
    told = LetterReturned(
        person_id=letter.person_id, request_id=letter.request_id, letter_id=letter.id, email=letter.email,
        reason=reason, posted_at=letter.posted_at, returned_at=letter.returned_at, purpose=purpose,
        sealed_tracking=letter.sealed_tracking,
    )  # fmt: skip
    await tell(work, letter, told)
