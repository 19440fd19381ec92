"""Import of contracts (``import-contracts``)."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from member_space.models import Contract
from member_space.upsert import upsert_of_person
from shared.contracts.person_id import person_id
from shared.database.unit_of_work import UnitOfWork
from shared.imports.failures import RefusedValueError
from shared.imports.fields import FrenchDate
from shared.imports.row import ImportRow, Refusal
from shared.imports.run import Import, Line

MODULES = ("A", "B", "C", "+")
RELATIONS = frozenset({"adhérent", "conjoint", "enfant", "autre"})


def read_modules(value: object) -> object:
    """``A+C`` is ambiguous, so modules are separated by spaces: ``A C +`` → ``["A", "C", "+"]``.

    Raises:
        RefusedValueError: a module that does not exist, or twice the same.
    """
    if not isinstance(value, str):
        return value
    given = value.upper().split()
    if len(set(given)) != len(given) or not set(given) <= set(MODULES):
        raise RefusedValueError("modules attendus parmi A, B, C et +, séparés par des espaces, une fois chacun")
    return sorted(given, key=MODULES.index)


def read_beneficiaries(value: object) -> object:
    """``Jeanne:adhérent|Léa:enfant`` → names and relations.

    Raises:
        RefusedValueError: another form.
    """
    if not isinstance(value, str):
        return value
    found = [part.partition(":") for part in value.split("|")]
    if any(not name.strip() or relation.strip() not in RELATIONS for name, _, relation in found):
        raise RefusedValueError(
            "bénéficiaires attendus sous la forme Prénom:lien|Prénom:lien, lien : adhérent, conjoint, enfant ou autre"
        )
    return [{"name": name.strip(), "relation": relation.strip()} for name, _, relation in found]


class ContractRow(ImportRow):
    """One contract."""

    longest_value = 500

    reference: str = Field(max_length=40)
    number: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{3,29}$")
    coverage: str = Field(pattern=r"^[12]$")
    modules: Annotated[list[str], BeforeValidator(read_modules)] = Field(default_factory=list)
    since: FrenchDate
    until: FrenchDate | None = None
    beneficiaries: Annotated[list[dict[str, str]], BeforeValidator(read_beneficiaries)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise RefusedValueError("fin avant le début", column="until")
        return self


async def store(work: UnitOfWork, lines: Sequence[Line[ContractRow]]) -> Sequence[Refusal]:
    """Write a batch; a number never moves from one person to another."""
    values: list[dict[str, Any]] = [
        {"person_id": person_id(line.row.reference), **line.row.model_dump(exclude={"reference"})} for line in lines
    ]
    written = await upsert_of_person(work.session, Contract, values)
    reason = "ce numéro est déjà celui du contrat d’une autre personne"
    return [Refusal(line.number, "number", reason) for line in lines if line.row.number not in written]


CONTRACTS = Import(ContractRow, key=lambda row: row.number, store=store)
