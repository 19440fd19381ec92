"""``/espace/api/v1/reimbursements``: what the pages show, as JSON. Amounts are integer cents of euro."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.reimbursements import queries
from member_space.reimbursements.cursor import Cursor
from member_space.reimbursements.filters import RECENT, Filters
from member_space.reimbursements.kinds import KINDS
from shared.web.problem import Problem

router = APIRouter(tags=["reimbursements"])


class Line(BaseModel):
    """One line of a *décompte*."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    number: str
    statement: str
    """Number of the décompte; lines paid together share it."""
    care_date: date
    beneficiary: str
    kind: str
    act: str
    spent: int
    """Cents of euro, as every amount here."""
    base: int
    social_security_share: int
    mutual_share: int
    rest_to_pay: int
    payee: Literal["person", "professional"]
    paid_on: date


class Lines(BaseModel):
    """A page, newest first. ``older`` and ``newer`` are for ``after`` and ``before``; null at an end."""

    lines: list[Line]
    newer: str | None
    older: str | None


class Sums(BaseModel):
    """Of a year or a month."""

    model_config = ConfigDict(from_attributes=True)

    lines: int
    spent: int
    social_security_share: int
    mutual_share: int
    rest_to_pay: int


class YearSums(Sums):
    """Of one year of payment."""

    year: int


class MonthSums(Sums):
    """Of one month of payment (1–12)."""

    month: int


def _place(text: str) -> str:
    if text and Cursor.read(text) is None:
        raise ValueError("not a place in the list")
    return text


def _kind(text: str) -> str:
    if text and text not in KINDS:
        raise ValueError("not a kind of care")
    return text


Place = Annotated[
    str,
    Query(
        max_length=60,
        json_schema_extra={"format": "place"},
        description="As `older` or `newer` of another page say it; empty: the newest page.",
    ),
    AfterValidator(_place),
]
Period = Annotated[
    str,
    Query(
        pattern=f"^({'|'.join(RECENT)}|19[0-9]{{2}}|[2-9][0-9]{{3}})?$",
        description="Of payment: a year, the last 3 or 12 months (`3-mois`, `12-mois`), or empty for all.",
    ),
]
Kind = Annotated[
    str,
    Query(json_schema_extra={"enum": ["", *KINDS]}, description="Of care; empty for all."),
    AfterValidator(_kind),
]
Beneficiary = Annotated[
    str,
    Query(max_length=100, pattern=r"^[^\x00]*$", description="First name as the lines have it; empty for all."),
]
Number = Annotated[str, Path(description="Of a décompte.", examples=["D-2026-0042"])]


@router.get("/reimbursements")
async def listing(
    visit: Annotated[SpaceVisit, may(Action.SEE_REIMBURSEMENTS)],
    beneficiary: Beneficiary = "",
    period: Period = "",
    kind: Kind = "",
    after: Place = "",
    before: Place = "",
    size: Annotated[int, Query(ge=1, le=200)] = queries.PAGE,
) -> Lines:
    """A page of the list; ``before`` wins over ``after``."""
    found = await queries.page(
        visit.work.session, visit.subject, Filters(beneficiary, period, kind), visit.today,
        after=Cursor.read(after), before=Cursor.read(before), size=size,
    )  # fmt: skip
    lines = [Line.model_validate(line) for line in found.lines]
    newer, older = (str(place) if place else None for place in (found.newer, found.older))
    return Lines(lines=lines, newer=newer, older=older)


@router.get("/reimbursements/totals")
async def totals_by_year(
    visit: Annotated[SpaceVisit, may(Action.SEE_TOTALS)], beneficiary: Beneficiary = "", kind: Kind = ""
) -> list[YearSums]:
    """Totals by year of payment, newest first."""
    filters = Filters(beneficiary, "", kind)
    found = await queries.totals_by_year(visit.work.session, visit.subject, filters, visit.today)
    return [YearSums(year=year, **vars(sums)) for year, sums in found.items()]


@router.get("/reimbursements/totals/{year}")
async def totals_by_month(
    visit: Annotated[SpaceVisit, may(Action.SEE_TOTALS)],
    year: Annotated[int, Path(ge=1900, le=9999)],
    beneficiary: Beneficiary = "",
    kind: Kind = "",
) -> list[MonthSums]:
    """Totals by month of payment in one year; months without a payment are left out."""
    filters = Filters(beneficiary, "", kind)
    found = await queries.totals_by_month(visit.work.session, visit.subject, filters, visit.today, year)
    return [MonthSums(month=month, **vars(sums)) for month, sums in sorted(found.items())]


@router.get("/statements/{number}")
async def statement(number: Number, visit: Annotated[SpaceVisit, may(Action.SEE_STATEMENT)]) -> list[Line]:
    """The lines of one *décompte*."""
    lines = await queries.statement(visit.work.session, visit.subject, number)
    if not lines:
        raise Problem(404)
    return [Line.model_validate(line) for line in lines]
