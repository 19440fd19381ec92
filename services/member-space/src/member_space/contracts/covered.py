"""Whom a person's contracts cover today, as a page names them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.contracts.models import Beneficiary, Contract
from member_space.contracts.relations import HOLDER


@dataclass(frozen=True)
class Covered:
    """Given name and how they stand to the holder, of ``relations.RELATIONS``."""

    name: str
    relation: str


async def load_covered(
    session: AsyncSession, person_id: UUID, contracts: Sequence[Contract], today: date
) -> Mapping[str, Sequence[Covered]]:
    """By contract number: who is covered or will be, the holder first, then by age.

    Of a contract that ``beneficiary`` has no row of, what ``import-contracts`` was told.
    """
    theirs = {contract.number: [Covered(**one) for one in contract.beneficiaries] for contract in contracts}
    query = (
        select(Beneficiary)
        .where(Beneficiary.person_id == person_id, col(Beneficiary.contract).in_(theirs))
        .order_by(col(Beneficiary.relation) != HOLDER, col(Beneficiary.birth_date), col(Beneficiary.number))
    )
    rows = (await session.execute(query)).scalars().all()
    theirs |= {row.contract: [] for row in rows}
    for row in rows:
        if row.until is None or row.until >= today:
            theirs[row.contract].append(Covered(row.given_name, row.relation))
    return theirs
