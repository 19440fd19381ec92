"""Questions about one person's mandates: those they gave, and those they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from member_space.mandates.models import Mandate
from member_space.spaces.models import Space
from shared.contracts.paris import day_in_paris

MOST = 100
"""Of each kind in a list: those that are open first, so that none of them is ever left out; then the newest."""


@dataclass(frozen=True)
class Received:
    """A mandate, and the space that it opens."""

    mandate: Mandate
    space: Space


async def given(session: AsyncSession, grantor: UUID, now: datetime) -> Sequence[Mandate]:
    """By that person."""
    query = select(Mandate).where(Mandate.grantor_id == grantor)
    query = query.order_by(is_open(now).desc(), col(Mandate.created_at).desc()).limit(MOST)
    return (await session.execute(query)).scalars().all()


async def received(session: AsyncSession, delegate: UUID, now: datetime) -> Sequence[Received]:
    """By that person: those that they accepted."""
    query = (
        select(Mandate, Space)
        .join(Space, col(Space.person_id) == col(Mandate.grantor_id))
        .where(Mandate.delegate_id == delegate)
        .order_by(is_open(now).desc(), col(Mandate.created_at).desc())
        .limit(MOST)
    )
    return [Received(mandate, space) for mandate, space in (await session.execute(query)).all()]


def is_open(now: datetime) -> ColumnElement[bool]:
    """``State.is_open``, as the database sees it."""
    answered_or_open = or_(col(Mandate.accepted_at).is_not(None), col(Mandate.invitation_ends_at) > now)
    return and_(col(Mandate.ended_at).is_(None), col(Mandate.ends_on) >= day_in_paris(now), answered_or_open)


async def one_of(session: AsyncSession, person: UUID, given_id: str, *, lock: bool = False) -> Mandate | None:
    """A mandate that the person gave or was given; None for anything else. ``lock``: until the transaction ends."""
    try:
        wanted = UUID(given_id)
    except ValueError:
        return None
    query = select(Mandate).where(
        Mandate.id == wanted, or_(Mandate.grantor_id == person, Mandate.delegate_id == person)
    )  # fmt: skip
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def made_since(session: AsyncSession, grantor: UUID, since: datetime) -> int:
    """How many that person made after a moment (aware)."""
    query = select(func.count()).where(Mandate.grantor_id == grantor, col(Mandate.created_at) > since)
    return (await session.execute(query)).scalar_one()
