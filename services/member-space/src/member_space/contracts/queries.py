"""Questions about one person's contracts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from member_space.contracts.models import Beneficiary, Contract


async def running(session: AsyncSession, person_id: UUID, today: date) -> Sequence[Contract]:
    """The contracts that run or will."""
    query = (
        select(Contract)
        .where(Contract.person_id == person_id, or_(col(Contract.until).is_(None), col(Contract.until) >= today))
        .order_by(col(Contract.since), col(Contract.number))
    )
    return (await session.execute(query)).scalars().all()


async def of_today(session: AsyncSession, person_id: UUID, today: date) -> Sequence[Contract]:
    """The contracts that run today."""
    return [contract for contract in await running(session, person_id, today) if contract.since <= today]


async def all_contracts(session: AsyncSession, person_id: UUID) -> Sequence[Contract]:
    """Every contract, those that have ended too."""
    query = select(Contract).where(Contract.person_id == person_id).order_by(col(Contract.since), col(Contract.number))
    return (await session.execute(query)).scalars().all()


async def all_beneficiaries(session: AsyncSession, person_id: UUID) -> Sequence[Beneficiary]:
    """Everybody whom the contracts cover or covered, by contract and age."""
    query = (
        select(Beneficiary)
        .where(Beneficiary.person_id == person_id)
        .order_by(col(Beneficiary.contract), col(Beneficiary.birth_date), col(Beneficiary.number))
    )
    return (await session.execute(query)).scalars().all()
