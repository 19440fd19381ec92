"""What a request asks of the tables. The same statements run whether the person is known or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select, update

from registration.models import AccountRequest, AccountState, Person, PersonNumber
from registration.outcome import Outcome
from shared.database.unit_of_work import UnitOfWork

TELL_OWNER_EVERY = timedelta(hours=24)


@dataclass(frozen=True)
class History:
    """What the letter policy wants to know of a person."""

    letters: tuple[datetime, ...]
    account_confirmed: bool
    number_fingerprints: tuple[str, ...]


async def people_with_number(work: UnitOfWork, fingerprints: Sequence[str]) -> Sequence[Person]:
    """Everybody known by a number, given as its fingerprints under every key of the ring."""
    found = await work.session.execute(
        select(Person)
        .join(PersonNumber, col(PersonNumber.person_id) == col(Person.id))
        .where(col(PersonNumber.fingerprint).in_(fingerprints))
        .distinct()
    )
    return found.scalars().all()


async def history(work: UnitOfWork, person_id: UUID, since: datetime) -> History:
    """The history of a person; until the end of the transaction no other request of theirs is judged."""
    await work.session.execute(select(col(Person.id)).where(col(Person.id) == person_id).with_for_update())
    letters = await work.session.execute(
        select(AccountRequest.requested_at).where(
            AccountRequest.person_id == person_id,
            AccountRequest.outcome == Outcome.LETTER,
            AccountRequest.requested_at > since,
        )
    )
    confirmed = await work.session.execute(
        select(AccountState.confirmed_at).where(
            AccountState.person_id == person_id, col(AccountState.confirmed_at).is_not(None)
        )
    )
    numbers = await work.session.execute(select(PersonNumber.fingerprint).where(PersonNumber.person_id == person_id))
    return History(tuple(letters.scalars()), confirmed.first() is not None, tuple(numbers.scalars()))


async def owner_to_tell(work: UnitOfWork, person_id: UUID) -> str | None:
    """The confirmed address of the account, when its owner was not told within ``TELL_OWNER_EVERY``; now counts as told."""
    told = await work.session.execute(
        update(AccountState)
        .where(
            col(AccountState.person_id) == person_id,
            col(AccountState.email) != "",
            or_(col(AccountState.told_at).is_(None), col(AccountState.told_at) <= work.now - TELL_OWNER_EVERY),
        )
        .values(told_at=work.now)
        .returning(col(AccountState.email))
    )
    return told.scalar_one_or_none()
