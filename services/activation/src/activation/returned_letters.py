"""Letters that the post brought back: their provisional password is void, whichever is heard first, posting or return.

A page answers such a password like a wrong one, by the same statements (decision 0012). Whoever has opened an envelope that
came back must not learn that it was right; its owner is told by e-mail, and by the page that tells where the letter is.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from activation.models import LetterState, ProvisionalLetter, ReturnedLetter
from shared.database.unit_of_work import UnitOfWork


async def returned(work: UnitOfWork, letter_id: UUID, returned_at: datetime) -> None:
    """Make the letter void; one that was used stays used, and its siblings stay as they are.

    Of one that is not known yet the return is kept (``retention.py``: ``returned-letters``).
    """
    await hold(work, letter_id)
    letter = await work.session.get(ProvisionalLetter, letter_id, with_for_update=True)
    if letter is None:
        row = {"letter_id": letter_id, "returned_at": returned_at}
        await work.session.execute(insert(ReturnedLetter).values(row).on_conflict_do_nothing())
    elif letter.state == LetterState.VALID:
        letter.state = LetterState.VOID


async def hold(work: UnitOfWork, letter_id: UUID) -> None:
    """Let nobody else hear of this letter until the unit of work ends: posting and return can't miss each other."""
    await work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(letter_id), 0))))


async def is_known(work: UnitOfWork, letter_id: UUID) -> bool:
    """Whether its return was heard before its posting. Call ``hold`` before."""
    known = select(col(ReturnedLetter.letter_id)).where(col(ReturnedLetter.letter_id) == letter_id)
    return (await work.session.execute(known)).first() is not None
