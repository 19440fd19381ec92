"""A posted letter without what is personal in it: the row stays, so that a request told again makes no second letter, and
a receipt that comes late finds the letters of its batch. A parked one was never anybody's: it goes whole."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col

from letters.models import Letter, LetterState
from shared.contracts.events import AccountClosed
from shared.database.unit_of_work import UnitOfWork

NOBODYS_BIRTH = date(1, 1, 1)
ERASED: Mapping[str, Any] = {
    "civility": "", "given_name": "", "family_name": "", "email": "", "birth_date": NOBODYS_BIRTH,
    "number_fingerprints": [], "address_lines": [], "sealed_tracking": None,
    "traceparent": None,
}  # fmt: skip


def is_personal() -> ColumnElement[bool]:
    """Whether a letter still says whose it is."""
    return col(Letter.birth_date) != NOBODYS_BIRTH


async def account_closed(event: AccountClosed, work: UnitOfWork) -> None:
    """Nothing is kept of the person's posted and parked letters that were asked for before the closing.

    A parked one would only leave if it were released, and opens nothing any more. One that waits or is with the print shop
    is printed: it may be in a sealed file already, it opens nothing but to who holds it, and who has just asked for an
    account anew must not lose the letter to an event that comes late. The term of posted letters erases it.
    """
    theirs = (col(Letter.person_id) == event.person_id, col(Letter.requested_at) <= event.closed_at)
    await work.session.execute(delete(Letter).where(*theirs, col(Letter.state) == LetterState.PARKED))
    posted = update(Letter).where(*theirs, col(Letter.state) == LetterState.POSTED, is_personal())
    await work.session.execute(posted.values(dict(ERASED)))
