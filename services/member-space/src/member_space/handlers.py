"""One function per event."""

from uuid import UUID

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, or_

from member_space.mandates.ending import FROZEN, end_given
from member_space.models import Space
from member_space.profile import closure
from member_space.spaces.freezing import UNDER_WAY
from shared.contracts.events import AccountFrozen, EmailConfirmed, SecurityChanged
from shared.database.unit_of_work import UnitOfWork

RECOVERED = "account-recovered"
"""``SecurityChanged.change`` when a letter has opened a confirmed account anew, frozen or not."""


async def email_confirmed(event: EmailConfirmed, work: UnitOfWork) -> None:
    """Open the person's space; a later confirmation (new address, new account) updates it and keeps the opening date.

    An older one that arrives late changes nothing. A closed space opens again, unless that confirmation is older than its
    closing (decision 0027).
    """
    at = work.cause.time if work.cause else work.now
    told = event.model_dump(include={"person_id", "account_id", "civility", "given_name", "family_name", "email"})
    told["told_at"] = at
    reopened = {"closed_at": case((col(Space.closed_at) < at, None), else_=col(Space.closed_at))}
    await work.session.execute(
        insert(Space)
        .values(**told, opened_at=work.now)
        .on_conflict_do_update(
            index_elements=["person_id"],
            set_=told | reopened,
            where=or_(col(Space.told_at).is_(None), col(Space.told_at) <= at),
        )
    )


async def account_frozen(event: AccountFrozen, work: UnitOfWork) -> None:
    """The owner says that the account was in other hands: what was given or asked for in it until then counts for nothing.

    What its owner does after a letter has opened it anew stays, however late this is heard (decision 0047).
    """
    space = await _held(work, event.person_id)
    if space is None:
        return
    space.frozen_at = max(event.frozen_at, space.frozen_at or event.frozen_at)
    until = event.frozen_at + UNDER_WAY
    await closure.stop(work, space, until, FROZEN)
    await end_given(work, space, until)


async def security_changed(event: SecurityChanged, work: UnitOfWork) -> None:
    """Whoever has a letter sent to open the account wants to keep it; of other changes nothing follows here (decision 0047)."""
    if event.change != RECOVERED:
        return
    space = await _held(work, event.person_id)
    if space is not None:
        await closure.stop(work, space, event.changed_at + UNDER_WAY, RECOVERED)


async def _held(work: UnitOfWork, person_id: UUID) -> Space | None:
    """The person's space, locked before what belongs to it, as by whoever asks or gives; None: nothing was done in it."""
    return await work.session.get(Space, person_id, with_for_update=True)
