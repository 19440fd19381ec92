"""Closing the account: asked for, withdrawn within some days, else carried out (decision 0027). It is withdrawn, too, when the
account was taken back from whoever asked (decision 0047)."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit
from member_space.access.step_up import hold_own_space
from member_space.journal.note import note
from member_space.profile.models import AccountClosure
from member_space.spaces.models import Space
from member_space.spaces.told_person import about
from shared.contracts.events import AccountClosureRequested, AccountClosureWithdrawn
from shared.contracts.provisional_password import ALPHABET
from shared.database.unit_of_work import UnitOfWork

DAYS = 7
"""To change one's mind."""


def new_reference() -> str:
    """``C-7K2M-Q9XR``: 40 bits of Crockford symbols."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"C-{symbols[:4]}-{symbols[4:]}"


async def waiting(session: AsyncSession, person_id: UUID, *, lock: bool = False) -> AccountClosure | None:
    """The person's request that is neither withdrawn nor carried out."""
    query = select(AccountClosure).where(
        col(AccountClosure.person_id) == person_id,
        col(AccountClosure.withdrawn_at).is_(None),
        col(AccountClosure.closed_at).is_(None),
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def last(session: AsyncSession, person_id: UUID) -> AccountClosure | None:
    """The newest request, whatever became of it."""
    query = select(AccountClosure).where(col(AccountClosure.person_id) == person_id)
    return (await session.scalars(query.order_by(col(AccountClosure.requested_at).desc()).limit(1))).first()


async def request(visit: SpaceVisit, submission_id: UUID) -> None:
    """Write the request down and tell it; a second one, or the same form again, does nothing.

    Raises:
        Problem: 401 when the account was frozen since the password was proved.
    """
    work, space = visit.work, visit.space
    await hold_own_space(visit)
    values = {
        "id": uuid4(), "person_id": space.person_id, "account_id": space.account_id, "submission_id": submission_id,
        "reference": new_reference(), "requested_at": work.now, "due_at": work.now + timedelta(days=DAYS),
    }  # fmt: skip
    written = await work.session.execute(
        insert(AccountClosure).values(values).on_conflict_do_nothing().returning(col(AccountClosure.id))
    )
    if written.first() is not None:
        visit.done(str(values["reference"]))
        await work.publish(
            AccountClosureRequested(
                **about(space), account_id=space.account_id, request_id=values["id"], reference=values["reference"]
            )
        )


async def withdraw(visit: SpaceVisit) -> None:
    """Take the waiting request back, if there still is one."""
    work = visit.work
    found = await waiting(work.session, visit.subject, lock=True)
    if found is not None:
        visit.done(found.reference)
        await _withdraw(work, visit.space, found)


async def stop(work: UnitOfWork, space: Space, until: datetime, reason: str) -> None:
    """Withdraw the waiting request of an account that is not whoever asked's any more, if it was made until then (aware).

    ``reason`` as AccountClosureWithdrawn says it. The space is locked.
    """
    found = await waiting(work.session, space.person_id, lock=True)
    if found is None or found.requested_at > until:
        return
    note(work, Action.LOSE_CLOSURE, actor=space.person_id, subject=space.person_id, about=found.reference)
    await _withdraw(work, space, found, reason)


async def _withdraw(work: UnitOfWork, space: Space, found: AccountClosure, reason: str | None = None) -> None:
    found.withdrawn_at = work.now
    await work.publish(
        AccountClosureWithdrawn(
            **about(space), account_id=found.account_id, request_id=found.id, reference=found.reference, reason=reason
        )
    )
