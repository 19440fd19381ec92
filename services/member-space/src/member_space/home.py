"""What the home page shows of one person: every question to the database names that person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from member_space.contracts.covered import Covered, load_covered
from member_space.guarantees.guarantee_table import GuaranteeTable, arrange
from member_space.models import Contract, GuaranteeLine, Reimbursement, Space

LATEST = 5
"""Reimbursements on the home page."""


@dataclass(frozen=True)
class Home:
    """One person's space, contracts that run or will, whom each covers, latest reimbursements, and the table of guarantees."""

    space: Space
    contracts: Sequence[Contract]
    covered: Mapping[str, Sequence[Covered]]
    """By contract number."""
    reimbursements: Sequence[Reimbursement]
    guarantees: GuaranteeTable


async def load_home(session: AsyncSession, person_id: UUID, today: date) -> Home | None:
    """The person's home page, or None as long as the space is not open."""
    space = await session.get(Space, person_id)
    if space is None:
        return None
    contracts = await _contracts(session, person_id, today)
    covered = await load_covered(session, person_id, contracts, today)
    lines = await _guarantee_lines(session, today)
    return Home(space, contracts, covered, await _reimbursements(session, person_id), arrange(lines, contracts))


async def _contracts(session: AsyncSession, person_id: UUID, today: date) -> Sequence[Contract]:
    query = (
        select(Contract)
        .where(Contract.person_id == person_id, or_(col(Contract.until).is_(None), col(Contract.until) >= today))
        .order_by(col(Contract.since), col(Contract.number))
    )
    return (await session.execute(query)).scalars().all()


async def _reimbursements(session: AsyncSession, person_id: UUID) -> Sequence[Reimbursement]:
    latest_first = (col(Reimbursement.paid_on).desc(), col(Reimbursement.care_date).desc(), col(Reimbursement.number))
    query = select(Reimbursement).where(Reimbursement.person_id == person_id).order_by(*latest_first).limit(LATEST)
    return (await session.execute(query)).scalars().all()


async def _guarantee_lines(session: AsyncSession, today: date) -> Sequence[GuaranteeLine]:
    current = select(func.max(GuaranteeLine.edition)).where(col(GuaranteeLine.edition) <= today).scalar_subquery()
    query = select(GuaranteeLine).where(col(GuaranteeLine.edition) == current).order_by(col(GuaranteeLine.rank))
    return (await session.execute(query)).scalars().all()
