"""``registration forget-person``: the register without somebody whom the back office keeps no longer (decision 0040)."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlmodel import col, select

from registration.followed import end_following
from registration.models import AccountState, AddressChange, Person
from shared.database.unit_of_work import UnitOfWork

UNCONFIRMED = timedelta(days=90)
"""After its activation, as ``UNCONFIRMED_ACCOUNTS_KEPT_DAYS`` of activation by default."""


class Outcome(StrEnum):
    """What the command line says."""

    FORGOTTEN = "forgotten"
    NOBODY = "nobody of the register has this reference"
    HAS_ACCOUNT = "the person has an account: its owner closes it first, in « Profil »"


def has_account(state: AccountState, now: datetime) -> bool:
    """Whether there is one still. Plain rule: activation forgets those that nobody confirms, and tells nobody."""
    activated, confirmed = state.activated_at, state.confirmed_at
    if confirmed and (activated is None or confirmed >= activated):
        return True
    return activated is not None and activated > now - UNCONFIRMED


async def forget_person(work: UnitOfWork, reference: str) -> Outcome:
    """Delete name, address and fingerprints. Requests stay for their term, without a name."""
    query = select(Person).where(col(Person.reference) == reference).with_for_update()
    person = (await work.session.scalars(query)).one_or_none()
    if person is None:
        return Outcome.NOBODY
    account = await work.session.get(AccountState, person.id)
    if account is not None and has_account(account, work.now):
        return Outcome.HAS_ACCOUNT
    await end_following(work, person.id, work.now)
    await work.session.execute(delete(AddressChange).where(col(AddressChange.person_id) == person.id))
    await work.session.delete(person)
    return Outcome.FORGOTTEN
