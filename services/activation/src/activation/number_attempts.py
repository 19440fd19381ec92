"""Wrong provisional passwords per number and place on the network (rules: ``attempts.py``).

Counted in PostgreSQL under a row lock. An attempt is written down before the password is looked at and taken back when it
was right: parallel guesses can't outrun the count, and a crash in between costs an attempt rather than gives one.
"""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from activation.attempts import blocked_until, recent
from activation.models import NumberAttempts
from shared.database.unit_of_work import UnitOfWork


async def reserve(work: UnitOfWork, guesser: str) -> datetime | None:
    """Write an attempt down at ``work.now``; or, when there were too many, tell when the next is allowed.

    ``guesser`` is a keyed fingerprint of number and network.
    """
    row = await _locked(work, guesser)
    until = blocked_until(row.wrong_at, work.now)
    if until is None:
        row.wrong_at = [*recent(row.wrong_at, work.now), work.now]
        row.last_at = work.now
    return until


async def take_back(work: UnitOfWork, guesser: str, reserved_at: datetime) -> None:
    """The attempt reserved at that time was no wrong one."""
    row = await _locked(work, guesser)
    left = list(row.wrong_at)
    if reserved_at in left:
        left.remove(reserved_at)
    row.wrong_at = left


async def _locked(work: UnitOfWork, guesser: str) -> NumberAttempts:
    """The row, made when there is none. In one statement: between two, a purge might take the row away."""
    empty = {"number_fingerprint": guesser, "wrong_at": [], "last_at": work.now}
    made = insert(NumberAttempts).values(**empty)
    same = {"number_fingerprint": guesser}
    known = made.on_conflict_do_update(index_elements=list(same), set_=same)
    return (await work.session.scalars(known.returning(NumberAttempts))).one()
