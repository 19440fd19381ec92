"""What a request asks of the tables. The same statements run whether the person is known or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import col, select, update

from registration.letter_policy import PastLetter
from registration.models import AccountRequest, AccountState, Person, PersonNumber
from registration.outcome import Outcome
from shared.database.unit_of_work import UnitOfWork

TELL_OWNER_EVERY = timedelta(hours=24)


@dataclass(frozen=True)
class History:
    """What the letter policy wants to know of a person."""

    letters: tuple[PastLetter, ...]
    confirmed_address: str | None
    """Of the account; None while none is confirmed."""
    opened_at: datetime | None
    """When the account was last activated or confirmed: letters asked for until then open nothing."""
    frozen_at: datetime | None
    """When the account was last frozen, if it was of late."""
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


async def take_turn(work: UnitOfWork, person_id: UUID) -> None:
    """Until the end of the transaction no other request of the person's is judged."""
    await work.session.execute(select(col(Person.id)).where(col(Person.id) == person_id).with_for_update())


def _is_confirmed() -> ColumnElement[bool]:
    """A letter for recovery activates an account anew: it is then no more confirmed than a new one."""
    activated_at, confirmed_at = col(AccountState.activated_at), col(AccountState.confirmed_at)
    return and_(confirmed_at.is_not(None), or_(activated_at.is_(None), confirmed_at >= activated_at))


async def confirmed_address(work: UnitOfWork, person_id: UUID) -> str | None:
    """The address of a person's account, while it is confirmed."""
    found = await work.session.execute(
        select(AccountState.email).where(AccountState.person_id == person_id, _is_confirmed())
    )
    return found.scalar_one_or_none()


async def history(work: UnitOfWork, person_id: UUID, present_address: Sequence[str]) -> History:
    """The history of a person. ``present_address``: fingerprints of where the next letter would go, under every key of the
    ring."""
    letters = await work.session.execute(
        select(
            col(AccountRequest.requested_at), col(AccountRequest.posted_at),
            func.coalesce(AccountRequest.return_reason, ""),
            func.coalesce(col(AccountRequest.address_fingerprint).in_(present_address), false()),
        ).where(AccountRequest.person_id == person_id, AccountRequest.outcome == Outcome.LETTER)
    )  # fmt: skip
    address = await confirmed_address(work, person_id)
    state = await work.session.execute(
        select(func.greatest(AccountState.activated_at, AccountState.confirmed_at), AccountState.frozen_at).where(
            AccountState.person_id == person_id
        )
    )
    opened_at, frozen_at = state.one_or_none() or (None, None)
    numbers = await work.session.execute(select(PersonNumber.fingerprint).where(PersonNumber.person_id == person_id))
    past = tuple(PastLetter(*row) for row in letters)
    return History(past, address, opened_at, frozen_at, tuple(numbers.scalars()))


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
