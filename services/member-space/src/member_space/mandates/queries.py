"""Questions about one person's mandates: those they gave, and those they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from member_space.mandates.models import Mandate
from member_space.spaces.models import Space

MOST = 100
"""Of each kind in a list, newest first."""


@dataclass(frozen=True)
class Received:
    """A mandate, and the space that it opens."""

    mandate: Mandate
    space: Space


async def given(session: AsyncSession, grantor: UUID) -> Sequence[Mandate]:
    """By that person, newest first."""
    query = select(Mandate).where(Mandate.grantor_id == grantor).order_by(col(Mandate.created_at).desc()).limit(MOST)
    return (await session.execute(query)).scalars().all()


async def received(session: AsyncSession, delegate: UUID) -> Sequence[Received]:
    """By that person: those that they accepted, newest first."""
    query = (
        select(Mandate, Space)
        .join(Space, col(Space.person_id) == col(Mandate.grantor_id))
        .where(Mandate.delegate_id == delegate)
        .order_by(col(Mandate.created_at).desc())
        .limit(MOST)
    )
    return [Received(mandate, space) for mandate, space in (await session.execute(query)).all()]


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


async def made_since(session: AsyncSession, grantor: UUID, since: object) -> int:
    """How many that person made after a moment (aware)."""
    query = select(func.count()).where(Mandate.grantor_id == grantor, col(Mandate.created_at) > since)
    return (await session.execute(query)).scalar_one()
