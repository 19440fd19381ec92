"""Import of contracts (``import-contracts``)."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from member_space.contracts.models import Contract
from member_space.contracts.relations import RELATIONS
from shared.contracts.person_id import person_id
from shared.database.unit_of_work import UnitOfWork
from shared.imports.failures import RefusedValueError
from shared.imports.fields import FrenchDate
from shared.imports.row import ImportRow, Refusal
from shared.imports.run import Import, Kept, Line
from shared.imports.staging import CopyInto

MODULES = ("A", "B", "C", "+")
_COLUMNS = ("person_id", "number", "coverage", "modules", "since", "until", "beneficiaries")
_COPY = CopyInto(Contract, _COLUMNS)


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


def _record(row: ContractRow) -> tuple[Any, ...]:
    modules, beneficiaries = json.dumps(row.modules), json.dumps(row.beneficiaries)
    return person_id(row.reference), row.number, row.coverage, modules, row.since, row.until, beneficiaries


async def store(work: UnitOfWork, lines: Sequence[Line[ContractRow]]) -> Sequence[Refusal]:
    """Write a batch; a number never moves from one person to another."""
    await _COPY.stage(work, ((line.number, *_record(line.row)) for line in lines))
    reason = "ce numéro est déjà celui du contrat d’une autre personne"
    return [Refusal(number, "number", reason) for number in await _COPY.merge(work)]


CONTRACTS = Import(ContractRow, key=lambda row: row.number, store=store, kept=Kept(lambda row: row.until, _COPY.known))
