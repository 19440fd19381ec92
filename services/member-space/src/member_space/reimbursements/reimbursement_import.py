"""Import of reimbursements (``import-reimbursements``)."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from member_space.reimbursements.kinds import KINDS, OTHER
from member_space.reimbursements.models import Reimbursement
from shared.contracts.paris import day_in_paris
from shared.contracts.person_id import person_id
from shared.database.unit_of_work import UnitOfWork
from shared.imports.failures import RefusedValueError
from shared.imports.fields import REMEMBERED, FrenchDate, read_cents
from shared.imports.row import ImportRow, Refusal
from shared.imports.run import Import, Kept, Line
from shared.imports.staging import CopyInto

HIGHEST = 10_000_000_00
"""Cents."""
EARLIEST = date(1900, 1, 1)
AHEAD = timedelta(days=31)
"""How long before its day a payment may be told."""


@lru_cache(REMEMBERED)
def read_reasonable_cents(value: object) -> object:
    """``shared.imports.fields.read_cents``, from 0 to ``HIGHEST``.

    Raises:
        RefusedValueError: another form, or another amount.
    """
    cents = read_cents(value)
    if isinstance(cents, int) and not 0 <= cents <= HIGHEST:
        raise RefusedValueError("montant négatif ou trop grand")
    return cents


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise RefusedValueError(f"nature de soin attendue parmi {', '.join(KINDS)}")
    return kind


Cents = Annotated[int, BeforeValidator(read_reasonable_cents)]


class ReimbursementRow(ImportRow):
    """One line of a *décompte*; amounts in euros in the file, in cents in the row."""

    reference: str = Field(max_length=40)
    number: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{3,39}$")
    statement: str = Field("", pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{3,39}$")
    care_date: FrenchDate
    beneficiary: str = Field(max_length=100)
    act: str = Field(max_length=120)
    kind: Annotated[str, AfterValidator(_known)] = OTHER
    spent: Cents
    base: Cents
    social_security_share: Cents
    mutual_share: Cents
    rest_to_pay: Cents
    payee: Literal["person", "professional"]
    paid_on: FrenchDate

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.spent != self.social_security_share + self.mutual_share + self.rest_to_pay:
            raise RefusedValueError("la dépense n’est pas la somme des parts et du reste à payer", column="rest_to_pay")
        if self.care_date < EARLIEST:
            raise RefusedValueError("date après 1899 attendue", column="care_date")
        if self.paid_on < self.care_date:
            raise RefusedValueError("versement antérieur aux soins", column="paid_on")
        return self


_SAME = tuple(name for name in ReimbursementRow.model_fields if name not in {"reference", "statement"})
_COPY = CopyInto(Reimbursement, ("person_id", "statement", *_SAME))
_person = lru_cache(REMEMBERED)(person_id)
_same = attrgetter(*_SAME)


def _record(row: ReimbursementRow) -> tuple[Any, ...]:
    return _person(row.reference), row.statement or row.number, *_same(row)


def too_early(line: Line[ReimbursementRow], today: date) -> Refusal | None:
    """Why a line can't be known yet: mistyped, it would head the list for years."""
    if line.row.care_date > today:
        return Refusal(line.number, "care_date", "date de soins à venir")
    if line.row.paid_on > today + AHEAD:
        return Refusal(line.number, "paid_on", f"versement à venir dans plus de {AHEAD.days} jours")
    return None


async def store(work: UnitOfWork, lines: Sequence[Line[ReimbursementRow]]) -> Sequence[Refusal]:
    """Write a batch, but what is too early; a number never moves from one person to another."""
    today = day_in_paris(work.now)
    early = {line.number: refusal for line in lines if (refusal := too_early(line, today))}
    await _COPY.stage(work, ((line.number, *_record(line.row)) for line in lines if line.number not in early))
    reason = "ce numéro est déjà celui du remboursement d’une autre personne"
    return [*early.values(), *(Refusal(number, "number", reason) for number in await _COPY.merge(work))]


REIMBURSEMENTS = Import(
    ReimbursementRow, key=lambda row: row.number, store=store, kept=Kept(lambda row: row.paid_on, _COPY.known)
)
