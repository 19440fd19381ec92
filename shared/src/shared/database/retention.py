"""Forgetting what no longer serves (design §5, *retention*): a service says what is kept how long, and this does it.

A rule names rows of one table, the moment from which their term runs, and whether they go or only what is personal in
them. The same condition counts (the dry run) and chooses what goes, so that the one tells exactly what the other does.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    Delete,
    Executable,
    Row,
    SQLColumnExpression,
    Table,
    Update,
    delete,
    func,
    inspect,
    select,
    tuple_,
    update,
)
from sqlmodel import SQLModel

from shared.database.engine import Database
from shared.database.failures import is_away
from shared.database.unit_of_work import UnitOfWork
from shared.observability.metrics import FORGOTTEN

AT_ONCE = 1000
"""Rows of one transaction: none holds its locks for long, and an interrupted purge has lost nothing."""
HOURLY = 3600.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Rule:
    """What is kept how long."""

    name: str
    """For the command line and the figures: ``failed-requests``."""
    what: str
    """The same for people who read the list."""
    table: type[SQLModel] | Table
    since: SQLColumnExpression[Any]
    """The moment (aware) from which the term runs; rows for which it is NULL are kept."""
    term: timedelta
    only: tuple[ColumnElement[bool], ...] = ()
    """Which rows besides; without any, all."""
    erased: Mapping[str, Any] = field(default_factory=dict)
    """Column → what takes its place: the row stays. Empty: it goes. ``only`` has to leave out what is erased already."""
    along: Callable[[Sequence[Any]], Sequence[Executable]] = lambda _: ()
    """Keys of the rows → statements before they go, for rows of other tables that are nothing without them."""
    append_only: bool = False
    """A journal: nobody changes a row, so that none has to be locked, nor may be."""
    every: float = HOURLY
    """Seconds."""

    def due(self, now: datetime) -> ColumnElement[bool]:
        """Whether a row's term is over at that time (aware)."""
        condition: ColumnElement[bool] = self.since < now - self.term
        for one in self.only:
            condition = condition & one
        return condition

    @property
    def stored(self) -> Table:
        """The table itself."""
        return self.table if isinstance(self.table, Table) else inspect(self.table).local_table


@dataclass(frozen=True)
class Due:
    """How many rows are past a rule's term, and since when the oldest has been kept."""

    rule: Rule
    count: int
    oldest: datetime | None


async def look(database: Database, rule: Rule) -> Due:
    """Count, and change nothing."""
    async with database.unit_of_work() as work:
        query = select(func.count(), func.min(rule.since)).select_from(rule.stored).where(rule.due(work.now))
        count, oldest = (await work.session.execute(query)).one()
        return Due(rule, count, oldest)


async def forget_some(database: Database, rule: Rule, most: int = AT_ONCE) -> tuple[int, bool]:
    """Delete or erase up to ``most`` rows that are due. Returns how many, and whether there may be more.

    Rows that others hold are left to them: another replica that does the same, or a request; those come up again.
    """
    async with database.unit_of_work() as work:
        key = list(rule.stored.primary_key)
        due = select(*key).where(rule.due(work.now)).order_by(rule.since).limit(most)
        if not rule.append_only:
            due = due.with_for_update(skip_locked=True, of=rule.stored)
        keys = (await work.session.execute(due)).all()
        gone = await _forget(work, rule, keys) if keys else 0
    if gone:
        FORGOTTEN.labels(rule.name).inc(gone)
        log.info("forgotten", check=rule.name, count=gone)
    return gone, len(keys) == most


async def _forget(work: UnitOfWork, rule: Rule, keys: Sequence[Row[Any]]) -> int:
    columns = list(rule.stored.primary_key)
    single = len(columns) == 1
    values: list[Any] = [row[0] if single else tuple(row) for row in keys]
    chosen = columns[0].in_(values) if single else tuple_(*columns).in_(values)
    for statement in rule.along(values):
        await work.session.execute(statement)
    # the condition again: what was changed between the two statements stays
    forget: Delete | Update = update(rule.stored).values(dict(rule.erased)) if rule.erased else delete(rule.stored)
    result = await work.session.execute(forget.where(chosen, rule.due(work.now)))
    return int(result.rowcount)  # type: ignore[attr-defined]


class Forgetting:
    """Applies rules in their order, a portion of each a call: for ``Periodic``."""

    def __init__(self, database: Database, rules: Sequence[Rule]) -> None:
        self._database = database
        self._rules = rules

    async def __call__(self) -> bool:
        """Forget what is due; True when there may be more. A rule that fails keeps no other from being applied."""
        more, failed = False, []
        for rule in self._rules:
            try:
                more = (await forget_some(self._database, rule))[1] or more
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("could not be forgotten", check=rule.name)
                failed.append(error)
        if failed:
            raise failed[0]
        return more


def in_words(term: timedelta) -> str:
    """``30 days``, ``12 hours``, ``5 minutes``: for people at the command line."""
    seconds = term.total_seconds()
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = math.floor(seconds / size * 10) / 10
            return f"{count:g} {unit}{'' if count == 1 else 's'}"
    return "at once" if seconds == 0 else f"{seconds:g} seconds"
