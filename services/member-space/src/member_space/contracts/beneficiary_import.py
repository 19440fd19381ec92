"""Import of beneficiaries (``import-beneficiaries``)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from sqlalchemy import select
from sqlmodel import col

from member_space.contracts.models import Beneficiary, Contract
from member_space.contracts.relations import RELATIONS
from shared.contracts.person_id import person_id
from shared.database.unit_of_work import UnitOfWork
from shared.imports.failures import RefusedValueError
from shared.imports.fields import FrenchDate
from shared.imports.row import ImportRow, Refusal
from shared.imports.run import Import, Kept, Line
from shared.imports.staging import LINE, CopyInto


def _known(relation: str) -> str:
    if relation not in RELATIONS:
        raise RefusedValueError("lien attendu : adhérent, conjoint, enfant ou autre")
    return relation


def _past(value: date) -> date:
    # a newborn is told from the first day on
    if not date(1900, 1, 1) <= value <= datetime.now(UTC).date():
        raise RefusedValueError("date passée, après 1899, attendue")
    return value


class BeneficiaryRow(ImportRow):
    """Someone whom a contract covers."""

    number: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{3,39}$")
    contract: str = Field(max_length=30)
    reference: str = Field(max_length=40)
    given_name: str = Field(max_length=80)
    family_name: str = Field(max_length=80)
    birth_date: Annotated[FrenchDate, AfterValidator(_past)]
    relation: Annotated[str, AfterValidator(_known)]
    since: FrenchDate
    until: FrenchDate | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since < self.birth_date:
            raise RefusedValueError("couverture antérieure à la naissance", column="since")
        if self.until is not None and self.until < self.since:
            raise RefusedValueError("fin avant le début", column="until")
        return self


_SAME = tuple(name for name in BeneficiaryRow.model_fields if name != "reference")
_NO_CONTRACT = "ce contrat n’existe pas, ou n’est plus conservé"
_COPY = CopyInto(Beneficiary, ("person_id", *_SAME))
_staged = _COPY.staged
_contract = select(col(Contract.person_id)).where(col(Contract.number) == _staged.c.contract)
_holder = _contract.scalar_subquery()
"""Whose contract a staged line names."""
_held = _contract.with_for_update(read=True, key_share=True).scalar_subquery()
"""The same, and until the end of the transaction no purge takes it."""


async def store(work: UnitOfWork, lines: Sequence[Line[BeneficiaryRow]]) -> Sequence[Refusal]:
    """Write a batch; a number never moves from one person to another, and nobody joins a stranger's contract."""
    same = attrgetter(*_SAME)
    await _COPY.stage(work, ((line.number, person_id(line.row.reference), *same(line.row)) for line in lines))
    refusals = await _of_no_contract(work)
    reason = "ce numéro est déjà celui du bénéficiaire d’une autre personne"
    others = await _COPY.merge(work, _holder == _staged.c.person_id)
    told = {refusal.line for refusal in refusals}
    return [*refusals, *(Refusal(number, "number", reason) for number in others if number not in told)]


async def _of_no_contract(work: UnitOfWork) -> list[Refusal]:
    """A contract never moves, and is held from here on: what is found still holds when the rest is written."""
    wrong = select(_staged.c[LINE], _held).where(_held.is_distinct_from(_staged.c.person_id))
    return [
        Refusal(line, "contract", "ce contrat est celui d’une autre personne" if holder else _NO_CONTRACT)
        for line, holder in await work.session.execute(wrong)
    ]


BENEFICIARIES = Import(
    BeneficiaryRow, key=lambda row: row.number, store=store, kept=Kept(lambda row: row.until, _COPY.known)
)
