"""What the home page shows of one person: every question to the database names that person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from member_space.cases.models import Case
from member_space.cases.queries import open_of_person
from member_space.contracts.covered import Covered, load_covered
from member_space.contracts.models import Contract
from member_space.contracts.queries import running
from member_space.reimbursements.filters import Filters
from member_space.reimbursements.models import Reimbursement
from member_space.reimbursements.queries import page

LATEST = 3
"""Reimbursements on the home page (ui.md §4.10)."""


@dataclass(frozen=True)
class Home:
    """One person's contracts that run or will, whom each covers, the latest reimbursements, and what is under way."""

    contracts: Sequence[Contract]
    covered: Mapping[str, Sequence[Covered]]
    """By contract number."""
    reimbursements: Sequence[Reimbursement]
    awaited: Sequence[Case]
    """What the person asked for or reported and waits for."""


async def load_home(session: AsyncSession, person_id: UUID, today: date) -> Home:
    """The person's home page."""
    contracts = await running(session, person_id, today)
    covered = await load_covered(session, person_id, contracts, today)
    latest = await page(session, person_id, Filters(), today, size=LATEST)
    return Home(contracts, covered, latest.lines, await open_of_person(session, person_id))
