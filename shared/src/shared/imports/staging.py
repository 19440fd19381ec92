"""Batches written through COPY: into a staging table of the session, then by one INSERT … ON CONFLICT into their table.

The staging table is temporary, and a service's role may make none (decision 0018): the owner's function
``stage_import`` makes it, empty and without any right but to fill and read it (decision 0026).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import SQLModel

from shared.database.unit_of_work import UnitOfWork

LINE = "line"
"""Column of the staging table beside those of its table: the number of the line in the file."""


@dataclass(frozen=True)
class CopyInto:
    """A table and how rows of the back office get into it.

    ``columns`` are those that the import knows, in the order of its records; ``key`` tells which rows are the same;
    ``owner`` is the column of whose a row is, which never changes (empty: nobody's).
    """

    model: type[SQLModel]
    columns: tuple[str, ...]
    key: tuple[str, ...] = ("number",)
    owner: str = "person_id"

    @cached_property
    def table(self) -> sa.Table:
        """The table that rows go to."""
        return self.model.metadata.tables[str(self.model.__tablename__)]

    @cached_property
    def staged(self) -> sa.TableClause:
        """The staging table."""
        columns = (sa.column(column.name, column.type) for column in self.table.columns)
        return sa.table(f"staged_{self.table.name}", *columns, sa.column(LINE, sa.Integer))

    async def stage(self, work: UnitOfWork, records: Iterable[Sequence[Any]]) -> None:
        """Fill the staging table by COPY; a record is the number of its line, then ``columns``. Empty after the commit."""
        # through the session first: it is what begins the transaction
        await work.session.execute(_STAGE, {"target": self.table.name})
        connection = await (await work.session.connection()).get_raw_connection()
        driver: Any = connection.driver_connection
        await driver.copy_records_to_table(self.staged.name, records=records, columns=(LINE, *self.columns))

    async def merge(self, work: UnitOfWork, *which: sa.ColumnElement[bool]) -> list[int]:
        """Write what is staged (and ``which`` is true of); returns the lines whose key is another owner's, unwritten.

        A row that says already what the line says is left alone, so that a file loaded again writes nothing.
        """
        await work.session.execute(self._insert(which))
        if not self.owner:
            return []
        others = sa.select(self.staged.c[LINE]).where(
            self._found(self.table.c[self.owner]) != self.staged.c[self.owner]
        )
        return list((await work.session.execute(others)).scalars())

    async def known(self, work: UnitOfWork, keys: Collection[Any]) -> Collection[Any]:
        """Which of these keys (single ones) have a row."""
        (key,) = (self.table.c[name] for name in self.key)
        return (await work.session.scalars(sa.select(key).where(key.in_(keys)))).all()

    def _found(self, what: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
        """Something of the row that has a staged line's key; NULL when there is none.

        Looked up for each line: of a join the planner, that knows nothing of a new table, may read the whole target.
        """
        return (
            sa.select(what).where(*(self.table.c[name] == self.staged.c[name] for name in self.key)).scalar_subquery()
        )

    def _insert(self, which: Sequence[sa.ColumnElement[bool]]) -> Insert:
        staged, kept = self.staged.c, {*self.key, self.owner}
        # before the conflict, which would lock the row and so write even what stays as it is
        differs = sa.or_(*(self.table.c[name].is_distinct_from(staged[name]) for name in self.columns))
        # one order for all, so that two imports at once can't lock each other out
        rows = (
            sa.select(*(staged[name] for name in self.columns))
            .where(self._found(differs).is_not(sa.false()), *which)
            .order_by(*(staged[name] for name in self.key))
        )
        into = insert(self.table).from_select(self.columns, rows)
        new = {name: into.excluded[name] for name in self.columns if name not in kept}
        same = self.table.c[self.owner] == into.excluded[self.owner] if self.owner else None
        return into.on_conflict_do_update(index_elements=self.key, set_=new, where=same)


_STAGE = sa.text("SELECT stage_import(:target)")
