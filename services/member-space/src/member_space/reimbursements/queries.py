"""Questions about one person's reimbursements; each names the person."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, extract, func, inspect, tuple_
from sqlalchemy import select as columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from member_space.reimbursements.cursor import Cursor
from member_space.reimbursements.filters import Choices, Filters
from member_space.reimbursements.models import Reimbursement
from member_space.reimbursements.totals import Totals

PAGE = 25
"""Lines on a page."""
_AT_ONCE = 500
"""Rows of a long answer that wait in memory."""

_PLACE = (col(Reimbursement.paid_on), col(Reimbursement.number))
_NEWEST_FIRST = tuple(column.desc() for column in _PLACE)


@dataclass(frozen=True)
class Page:
    """Lines newest first; where the pages beside it are, None at an end."""

    lines: Sequence[Reimbursement]
    newer: Cursor | None
    older: Cursor | None


async def choices(session: AsyncSession, person_id: UUID) -> Choices:
    """Beneficiaries by name, and the years in which something was paid."""
    mine = col(Reimbursement.person_id) == person_id
    names = (await session.scalars(_names(mine))).all()
    ends = select(func.min(Reimbursement.paid_on), func.max(Reimbursement.paid_on)).where(mine)
    first, last = (await session.execute(ends)).one()
    return Choices(sorted(names), list(range(last.year, first.year - 1, -1)) if names else [])


def _names(mine: ColumnElement[bool]) -> Select[Any]:
    """Beneficiaries of ``mine``, from each to the next by the index: DISTINCT would read every line of a family's."""
    name = func.min(Reimbursement.beneficiary)
    found = select(name.label("name")).where(mine).cte("names", recursive=True)
    after = select(name).where(mine, col(Reimbursement.beneficiary) > found.c.name).scalar_subquery()
    found = found.union_all(columns(after).where(found.c.name.is_not(None)))
    return columns(found.c.name).where(found.c.name.is_not(None))


async def page(
    session: AsyncSession,
    person_id: UUID,
    filters: Filters,
    today: date,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    size: int = PAGE,
) -> Page:
    """The lines older than ``after``, or the ones just newer than ``before``, or the newest."""
    query = select(Reimbursement).where(*_matching(person_id, filters, today))
    place = tuple_(*_PLACE)
    if before is not None:
        found = await _lines(session, query.where(place > (before.paid_on, before.number)).order_by(*_PLACE), size)
        lines, more_newer, more_older = found[:size][::-1], len(found) > size, True
    else:
        if after is not None:
            query = query.where(place < (after.paid_on, after.number))
        found = await _lines(session, query.order_by(*_NEWEST_FIRST), size)
        lines, more_newer, more_older = found[:size], after is not None, len(found) > size
    if not lines:
        return Page([], None, None)
    return Page(lines, Cursor.of(lines[0]) if more_newer else None, Cursor.of(lines[-1]) if more_older else None)


async def newest(
    session: AsyncSession, person_id: UUID, filters: Filters, today: date, most: int
) -> Sequence[Row[Any]]:
    """At most ``most`` matching lines, newest first: rows with the names of ``Reimbursement``."""
    found: Sequence[Row[Any]] = (await session.execute(_rows(person_id, filters, today).limit(most))).all()
    return found


async def every_line(session: AsyncSession, person_id: UUID, filters: Filters, today: date) -> AsyncIterator[Row[Any]]:
    """All matching lines, newest first, read as they are used: rows with the names of ``Reimbursement``."""
    query = _rows(person_id, filters, today).execution_options(yield_per=_AT_ONCE)
    # by parts: a switch to the driver for each row takes longer than the row
    async for rows in (await session.stream(query)).partitions():
        for row in rows:
            yield row


def _rows(person_id: UUID, filters: Filters, today: date) -> Select[Any]:
    """Rows, not objects: for thousands of lines these would take as long again."""
    return (
        columns(*inspect(Reimbursement).columns).where(*_matching(person_id, filters, today)).order_by(*_NEWEST_FIRST)
    )


async def statement(session: AsyncSession, person_id: UUID, number: str) -> Sequence[Reimbursement]:
    """The lines of one *décompte* of the person; none when it is not theirs."""
    if "\0" in number:
        return []  # no text of the database's
    mine = (col(Reimbursement.person_id) == person_id, col(Reimbursement.statement) == number)
    query = select(Reimbursement).where(*mine).order_by(col(Reimbursement.care_date), col(Reimbursement.number))
    return (await session.scalars(query)).all()


async def totals_by_year(session: AsyncSession, person_id: UUID, filters: Filters, today: date) -> dict[int, Totals]:
    """Year of payment → totals, newest first."""
    return await _totals(session, "year", _matching(person_id, filters, today))


async def totals_by_month(
    session: AsyncSession, person_id: UUID, filters: Filters, today: date, year: int
) -> dict[int, Totals]:
    """Month of payment (1–12) → totals in one year; months without a payment are left out."""
    within = (*_matching(person_id, filters, today), extract("year", col(Reimbursement.paid_on)) == year)
    return await _totals(session, "month", within)


async def _totals(session: AsyncSession, part: str, where: Sequence[ColumnElement[bool]]) -> dict[int, Totals]:
    period = extract(part, col(Reimbursement.paid_on))
    sums = (
        func.sum(column)
        for column in (
            Reimbursement.spent, Reimbursement.social_security_share,
            Reimbursement.mutual_share, Reimbursement.rest_to_pay,
        )
    )  # fmt: skip
    query = select(period, func.count(), *sums).where(*where).group_by(period).order_by(period.desc())
    return {int(row[0]): Totals(*map(int, row[1:])) for row in (await session.execute(query)).all()}


def _matching(person_id: UUID, filters: Filters, today: date) -> list[ColumnElement[bool]]:
    first, last = filters.days(today)
    conditions: list[Any] = [col(Reimbursement.person_id) == person_id]
    if filters.beneficiary:
        conditions.append(col(Reimbursement.beneficiary) == filters.beneficiary)
    if filters.kind:
        conditions.append(col(Reimbursement.kind) == filters.kind)
    if first is not None:
        conditions.append(col(Reimbursement.paid_on) >= first)
    if last is not None:
        conditions.append(col(Reimbursement.paid_on) <= last)
    return conditions


async def _lines(session: AsyncSession, query: Select[Any], size: int) -> list[Reimbursement]:
    return list((await session.scalars(query.limit(size + 1))).all())
