"""What activation tells, whether a person's account is activated and confirmed, and the desk, where letters go now.

Idempotent, in whatever order it comes.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from registration.address_changes import address_changed
from registration.models import AccountState
from shared.contracts.events import AccountActivated, AccountClosed, EmailConfirmed
from shared.database.unit_of_work import UnitOfWork

__all__ = ["account_activated", "account_closed", "address_changed", "email_confirmed"]


async def account_activated(event: AccountActivated, work: UnitOfWork) -> None:
    """The account exists. Its address is not proven yet, so it is not kept here."""
    known = func.coalesce(AccountState.activated_at, work.now)
    await _record(work, event.person_id, {"activated_at": work.now}, {"activated_at": known})


async def email_confirmed(event: EmailConfirmed, work: UnitOfWork) -> None:
    """The account is confirmed, until it is closed; at its address the owner hears of later requests."""
    known = func.coalesce(AccountState.confirmed_at, work.now)
    email = {"email": event.email}
    await _record(work, event.person_id, {"confirmed_at": work.now, **email}, {"confirmed_at": known, **email})


async def account_closed(event: AccountClosed, work: UnitOfWork) -> None:
    """There is no account any more: who asks for one gets a letter again. One that was activated later stays."""
    later = col(AccountState.activated_at) > event.closed_at
    await work.session.execute(
        update(AccountState)
        .where(col(AccountState.person_id) == event.person_id, or_(col(AccountState.activated_at).is_(None), ~later))
        .values(activated_at=None, confirmed_at=None, email="", told_at=None)
    )


async def _record(work: UnitOfWork, person_id: UUID, new: dict[str, Any], known: dict[str, Any]) -> None:
    await work.session.execute(
        insert(AccountState)
        .values({"person_id": person_id, "email": "", **new})
        .on_conflict_do_update(index_elements=["person_id"], set_=known)
    )
