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
    if Cursor.read(text) is None:
        raise ValueError("not a place in the list")
    return text


def _period(text: str) -> str:
    if text not in RECENT and not (len(text) == 4 and text.isascii() and text.isdigit() and text >= "1900"):
        raise ValueError("not a period")
    return text


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError("not a kind of care")
    return text


Place = Annotated[str, Query(max_length=60), AfterValidator(_place)]
Period = Annotated[str, Query(max_length=8, description="A year, `3-mois` or `12-mois`."), AfterValidator(_period)]
Kind = Annotated[str, Query(max_length=20, description=", ".join(KINDS)), AfterValidator(_kind)]
Beneficiary = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]


@router.get("/reimbursements")
async def listing(
    visit: Annotated[SpaceVisit, may(Action.SEE_REIMBURSEMENTS)],
    beneficiary: Beneficiary = "",
    period: Period | None = None,
    kind: Kind | None = None,
    after: Place | None = None,
    before: Place | None = None,
    size: Annotated[int, Query(ge=1, le=200)] = queries.PAGE,
) -> Lines:
    """A page of the list; ``before`` wins over ``after``."""
    found = await queries.page(
        visit.work.session, visit.subject, Filters(beneficiary, period or "", kind or ""), visit.today,
        after=Cursor.read(after or ""), before=Cursor.read(before or ""), size=size,
    )  # fmt: skip
    lines = [Line.model_validate(line) for line in found.lines]
    newer, older = (str(place) if place else None for place in (found.newer, found.older))
    return Lines(lines=lines, newer=newer, older=older)


@router.get("/reimbursements/totals")
async def totals_by_year(
    visit: Annotated[SpaceVisit, may(Action.SEE_TOTALS)], beneficiary: Beneficiary = "", kind: Kind | None = None
) -> list[YearSums]:
    """Totals by year of payment, newest first."""
    filters = Filters(beneficiary, "", kind or "")
    found = await queries.totals_by_year(visit.work.session, visit.subject, filters, visit.today)
    return [YearSums(year=year, **vars(sums)) for year, sums in found.items()]


@router.get("/reimbursements/totals/{year}")
async def totals_by_month(
    visit: Annotated[SpaceVisit, may(Action.SEE_TOTALS)],
    year: Annotated[int, Path(ge=1900, le=9999)],
    beneficiary: Beneficiary = "",
    kind: Kind | None = None,
) -> list[MonthSums]:
    """Totals by month of payment in one year; months without a payment are left out."""
    filters = Filters(beneficiary, "", kind or "")
    found = await queries.totals_by_month(visit.work.session, visit.subject, filters, visit.today, year)
    return [MonthSums(month=month, **vars(sums)) for month, sums in sorted(found.items())]


@router.get("/statements/{number}")
async def statement(number: str, visit: Annotated[SpaceVisit, may(Action.SEE_STATEMENT)]) -> list[Line]:
    """The lines of one *décompte*."""
    lines = await queries.statement(visit.work.session, visit.subject, number)
    if not lines:
        raise Problem(404)
    return [Line.model_validate(line) for line in lines]
