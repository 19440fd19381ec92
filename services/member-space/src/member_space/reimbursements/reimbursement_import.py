"""Import of reimbursements (``import-reimbursements``)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from member_space.reimbursements.kinds import KINDS, OTHER
from member_space.reimbursements.models import Reimbursement
from member_space.upsert import upsert_of_person
from shared.contracts.person_id import person_id
from shared.database.unit_of_work import UnitOfWork
from shared.imports.failures import RefusedValueError
from shared.imports.fields import Amount, FrenchDate
from shared.imports.row import ImportRow, Refusal
from shared.imports.run import Import, Line

HIGHEST = Decimal(10_000_000)
_AMOUNTS = ("spent", "base", "social_security_share", "mutual_share", "rest_to_pay")


def _reasonable(amount: Decimal) -> Decimal:
    if not 0 <= amount <= HIGHEST:
        raise RefusedValueError("montant négatif ou trop grand")
    return amount


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise RefusedValueError(f"nature de soin attendue parmi {', '.join(KINDS)}")
    return kind


Euros = Annotated[Amount, AfterValidator(_reasonable)]


class ReimbursementRow(ImportRow):
    """One line of a *décompte*; amounts in euros."""

    reference: str = Field(max_length=40)
    number: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{3,39}$")
    statement: str = Field("", pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{3,39}$")
    care_date: FrenchDate
    beneficiary: str = Field(max_length=100)
    act: str = Field(max_length=120)
    kind: Annotated[str, AfterValidator(_known)] = OTHER
    spent: Euros
    base: Euros
    social_security_share: Euros
    mutual_share: Euros
    rest_to_pay: Euros
    payee: Literal["person", "professional"]
    paid_on: FrenchDate

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.spent != self.social_security_share + self.mutual_share + self.rest_to_pay:
            raise RefusedValueError("la dépense n’est pas la somme des parts et du reste à payer", column="rest_to_pay")
        if self.paid_on < self.care_date:
            raise RefusedValueError("versement antérieur aux soins", column="paid_on")
        return self


def _values(row: ReimbursementRow) -> dict[str, Any]:
    cents = {name: int(getattr(row, name) * 100) for name in _AMOUNTS}
    told = row.model_dump(exclude={"reference"}) | {"statement": row.statement or row.number}
    return {"person_id": person_id(row.reference), **told, **cents}


async def store(work: UnitOfWork, lines: Sequence[Line[ReimbursementRow]]) -> Sequence[Refusal]:
    """Write a batch; a number never moves from one person to another."""
    written = await upsert_of_person(work.session, Reimbursement, [_values(line.row) for line in lines])
    reason = "ce numéro est déjà celui du remboursement d’une autre personne"
    return [Refusal(line.number, "number", reason) for line in lines if line.row.number not in written]


REIMBURSEMENTS = Import(ReimbursementRow, key=lambda row: row.number, store=store)
