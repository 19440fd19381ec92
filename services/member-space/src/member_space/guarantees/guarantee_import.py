"""Import of the table of guarantees (``import-guarantees``)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from operator import attrgetter
from typing import Self

from pydantic import Field, model_validator
from sqlalchemy import delete
from sqlmodel import col

from member_space.guarantees.models import GuaranteeLine
from shared.database.unit_of_work import UnitOfWork
from shared.imports.failures import RefusedValueError
from shared.imports.fields import FrenchDate
from shared.imports.row import ImportRow, Refusal
from shared.imports.run import Import, Line
from shared.imports.staging import CopyInto


class GuaranteeRow(ImportRow):
    """One line of the table, words as they shall be read; an empty cell: not covered."""

    edition: FrenchDate
    code: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    rank: int = Field(ge=0, le=100_000)
    post: str = Field(max_length=60)
    heading: str = Field("", max_length=60)
    label: str = Field(max_length=160)
    coverage_1: str = Field("", max_length=80)
    coverage_2: str = Field("", max_length=80)
    module_a: str = Field("", max_length=80)
    module_b: str = Field("", max_length=80)
    module_c: str = Field("", max_length=80)
    module_plus: str = Field("", max_length=80)

    @model_validator(mode="after")
    def _covers_something(self) -> Self:
        cells = (self.coverage_1, self.coverage_2, self.module_a, self.module_b, self.module_c, self.module_plus)
        if not any(cells):
            raise RefusedValueError("aucune garantie sur cette ligne")
        return self


_COLUMNS = tuple(GuaranteeRow.model_fields)
_COPY = CopyInto(GuaranteeLine, _COLUMNS, key=("edition", "code"), owner="")


async def store(work: UnitOfWork, lines: Sequence[Line[GuaranteeRow]]) -> Sequence[Refusal]:
    """Write a batch; nothing for the database to refuse."""
    read = attrgetter(*_COLUMNS)
    await _COPY.stage(work, ((line.number, *read(line.row)) for line in lines))
    await _COPY.merge(work)
    return []


async def withdraw(work: UnitOfWork, named: Collection[tuple[date, str]]) -> int:
    """Delete what the file's editions hold and the file does not name; returns how many lines."""
    editions: defaultdict[date, set[str]] = defaultdict(set)
    for edition, code in named:
        editions[edition].add(code)
    gone = 0
    for edition, codes in editions.items():
        others = (col(GuaranteeLine.edition) == edition, col(GuaranteeLine.code).not_in(codes))
        deleted = await work.session.execute(delete(GuaranteeLine).where(*others).returning(col(GuaranteeLine.code)))
        gone += len(deleted.all())
    return gone


GUARANTEES = Import(GuaranteeRow, key=lambda row: (row.edition, row.code), store=store, withdraw=withdraw)
