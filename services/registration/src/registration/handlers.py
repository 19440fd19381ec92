"""What activation tells, whether a person's account is activated, confirmed or frozen and a letter void, the desk, where
letters go now, and ``letters``, what became of them.

Idempotent, in whatever order it comes.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from registration.address_changes import address_changed
from registration.followed import end_following
from registration.letter_events import activation_refused, letter_printed, letter_returned
from registration.models import AccountState
from shared.contracts.event import Message
from shared.contracts.events import (
    AccountActivated,
    AccountClosed,
    AccountFrozen,
    ActivationRefused,
    AddressChanged,
    EmailConfirmed,
    LetterPrinted,
    LetterReturned,
)
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.consumer import Handler


async def account_activated(event: AccountActivated, work: UnitOfWork) -> None:
    """The account exists, perhaps anew after a letter for recovery. Its address is not proven yet, so it is not kept here."""
    await _record(work, event.person_id, "activated_at", {})


async def email_confirmed(event: EmailConfirmed, work: UnitOfWork) -> None:
    """The account is confirmed, until it is closed or activated anew; at its address the owner hears of later requests."""
    await _record(work, event.person_id, "confirmed_at", {"email": event.email})


async def account_frozen(event: AccountFrozen, work: UnitOfWork) -> None:
    """Letters asked for until then open nothing. Neither a new activation nor a closing brings them back: both leave this.

    Nor does the link of one help whoever asked for it to another: what a stranger asked for is no lever against the owner.
    """
    latest = func.greatest(col(AccountState.frozen_at), event.frozen_at)
    await work.session.execute(
        insert(AccountState)
        .values(person_id=event.person_id, email="", frozen_at=event.frozen_at)
        .on_conflict_do_update(index_elements=["person_id"], set_={"frozen_at": latest})
    )
    await end_following(work, event.person_id, event.frozen_at)


async def account_closed(event: AccountClosed, work: UnitOfWork) -> None:
    """There is no account any more: who asks for one gets a letter again. What was told later of a new one stays.

    Letters asked for before open nothing any more, and are followed no longer.
    """
    at = event.closed_at
    moments = {name: col(getattr(AccountState, name)) for name in ("activated_at", "confirmed_at", "told_at")}
    left: dict[str, Any] = {name: case((moment > at, moment)) for name, moment in moments.items()}
    left["email"] = case((moments["confirmed_at"] > at, col(AccountState.email)), else_="")
    left["closed_at"] = func.greatest(col(AccountState.closed_at), at)
    await work.session.execute(
        insert(AccountState)
        .values(person_id=event.person_id, email="", closed_at=at)
        .on_conflict_do_update(index_elements=["person_id"], set_=left)
    )
    await end_following(work, event.person_id, at)


async def _record(work: UnitOfWork, person_id: UUID, moment: str, told: dict[str, Any]) -> None:
    """Write down that ``moment`` was when the event was told, and what it told, unless a later one was heard of."""
    at = work.cause.time if work.cause else work.now
    new = {moment: at, **told}
    latest = func.greatest(getattr(AccountState, moment), col(AccountState.closed_at), at) == at
    await work.session.execute(
        insert(AccountState)
        .values({"person_id": person_id, "email": "", **new})
        .on_conflict_do_update(index_elements=["person_id"], set_=new, where=latest)
    )


HANDLED: Mapping[str, Mapping[type[Message], Handler]] = {
    "registration.account-state": {
        AccountActivated: account_activated, EmailConfirmed: email_confirmed,
        AccountFrozen: account_frozen, AccountClosed: account_closed,
    },
    "registration.address-changed": {AddressChanged: address_changed},
    "registration.letters": {LetterPrinted: letter_printed, LetterReturned: letter_returned},
    "registration.activation-refused": {ActivationRefused: activation_refused},
}  # fmt: skip
"""Queue → what is done with each message of it."""
