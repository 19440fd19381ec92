"""A mandate ends before its last day: by the grantor, by who was invited, or with the freezing of the grantor's account. It
takes effect on the delegate's next request, since every request asks for the mandate anew."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from member_space.access.actions import Action
from member_space.journal.note import note
from member_space.mandates.models import Mandate
from member_space.mandates.queries import is_open
from member_space.spaces.models import Space
from member_space.spaces.told_person import about
from shared.contracts.events import AccessRevoked
from shared.database.unit_of_work import UnitOfWork

FROZEN = "account-frozen"
"""``AccessRevoked.reason``."""


async def end(
    work: UnitOfWork, mandate: Mandate, grantor: Space, actor: UUID, action: Action, *, account_closed: bool = False
) -> None:
    """End a mandate, or an invitation, that is open and locked; both sides are told, or only the other one.

    ``actor``: one of the two. ``account_closed``: that is why, and they have a mail about it.
    """
    mandate.ended_by = actor
    await _end(work, mandate, grantor, actor, action, account_closed=account_closed)


async def end_given(work: UnitOfWork, grantor: Space, until: datetime) -> None:
    """End what was given in a frozen account until a moment (aware), whoever gave it: what is accepted, what is only offered,
    and what was offered by then and accepted since (decision 0047). Both sides are told."""
    query = select(Mandate).where(
        Mandate.grantor_id == grantor.person_id, col(Mandate.created_at) <= until, is_open(work.now)
    )
    for mandate in (await work.session.scalars(query.order_by(col(Mandate.id)).with_for_update())).all():
        await _end(work, mandate, grantor, grantor.person_id, Action.LOSE_MANDATE, reason=FROZEN)


async def _end(
    work: UnitOfWork, mandate: Mandate, grantor: Space, actor: UUID, action: Action, *,
    account_closed: bool = False, reason: str | None = None,
) -> None:  # fmt: skip
    # in their own space; where the invitation went, when nobody has accepted it
    delegate = None if mandate.delegate_id is None else await work.session.get(Space, mandate.delegate_id)
    mandate.ended_at = work.now
    note(work, action, actor=actor, subject=grantor.person_id, mandate=mandate.id)
    await work.publish(
        AccessRevoked(
            **about(grantor), mandate_id=mandate.id, by="grantor" if actor == grantor.person_id else "delegate",
            delegate_email=mandate.email if delegate is None else delegate.email, account_closed=account_closed, reason=reason,
        )
    )  # fmt: skip
