"""What a card or a certificate says, and which of them there are."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.access.space_visit import SpaceVisit
from member_space.contracts.models import Beneficiary, Contract
from member_space.contracts.queries import of_today
from member_space.contracts.relations import HOLDER
from shared.printing.tagged_pdf import PdfResponse


@dataclass(frozen=True)
class MadeAtOnce:
    """``key`` is the name in its address."""

    key: str
    title: str
    template: str

    @property
    def path(self) -> str:
        """Follows the space's base."""
        return f"/documents/{self.key}.pdf"


CARD = MadeAtOnce("carte", "Carte de tiers payant", "documents/carte.html")
CERTIFICATE = MadeAtOnce("attestation-droits", "Attestation de droits mutuelle", "documents/attestation-droits.html")
MADE_AT_ONCE = (CARD, CERTIFICATE)
"""In the order of the page."""


@dataclass(frozen=True)
class Covered:
    """A person on a document. ``birth_date`` None: the back office has not told it. ``since`` and ``until``: the later
    first and the earlier last day of person and contract."""

    given_name: str
    family_name: str
    birth_date: date | None
    relation: str
    since: date
    until: date | None


@dataclass(frozen=True)
class RunningContract:
    """A contract that runs today, and whom it covers today, the holder first."""

    number: str
    coverage: str
    modules: tuple[str, ...]
    since: date
    until: date | None
    covered: tuple[Covered, ...]


async def contracts_of_today(session: AsyncSession, person_id: UUID, today: date) -> Sequence[RunningContract]:
    """The person's contracts that run today; none: there is nothing to make a document of."""
    found = await of_today(session, person_id, today)
    query = (
        select(Beneficiary)
        .where(Beneficiary.person_id == person_id, col(Beneficiary.contract).in_([one.number for one in found]))
        .order_by(col(Beneficiary.relation) != HOLDER, col(Beneficiary.birth_date), col(Beneficiary.number))
    )
    people = (await session.scalars(query)).all()
    return [_running(one, [row for row in people if row.contract == one.number], today) for one in found]


def _running(contract: Contract, people: Sequence[Beneficiary], today: date) -> RunningContract:
    covered = [
        Covered(
            row.given_name, row.family_name, row.birth_date, row.relation, max(row.since, contract.since),
            min((day for day in (row.until, contract.until) if day), default=None),
        )
        for row in people
        if row.since <= today and (row.until is None or row.until >= today)
    ]  # fmt: skip
    if not people:
        # of this contract the back office has told first names only
        covered = [
            Covered(one["name"], "", None, one["relation"], contract.since, contract.until)
            for one in contract.beneficiaries
        ]
    return RunningContract(
        contract.number, contract.coverage, tuple(contract.modules), contract.since, contract.until, tuple(covered)
    )


def document(
    visit: SpaceVisit, which: MadeAtOnce, contracts: Sequence[RunningContract], amc_number: str
) -> PdfResponse:
    """The PDF of contracts of which there is at least one. ``amc_number`` may be empty: then none is printed."""
    space = visit.space
    context: dict[str, Any] = {
        "title": which.title, "day": visit.today, "amc_number": amc_number,
        "holder": {"civility": space.civility, "given_name": space.given_name, "family_name": space.family_name},
        "contracts": [asdict(one) for one in contracts],
    }  # fmt: skip
    return PdfResponse(f"{which.key}-{visit.today:%Y-%m-%d}.pdf", "member_space", which.template, context)
