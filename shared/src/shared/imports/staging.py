"""Batches written through COPY: into a staging table of the session, then by one INSERT … ON CONFLICT into their table.

The staging table is temporary, and a service's role may make none (decision 0018): the owner's function
``stage_import`` makes it, empty and without any right but to fill and read it (decision 0024).
"""

from collections.abc import Iterable, Sequence
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
        written = await work.session.execute(self._insert(which))
        del written
        if not self.owner:
            return []
        others = sa.select(self.staged.c[LINE]).where(
            self._same_key(), self.table.c[self.owner] != self.staged.c[self.owner]
        )
        return list((await work.session.execute(others)).scalars())

    def _same_key(self) -> sa.ColumnElement[bool]:
        return sa.and_(*(self.table.c[name] == self.staged.c[name] for name in self.key))

    def _insert(self, which: Sequence[sa.ColumnElement[bool]]) -> Insert:
        # one order for all, so that two imports at once can't lock each other out
        order = [self.staged.c[name] for name in self.key]
        rows = sa.select(*(self.staged.c[name] for name in self.columns)).where(*which).order_by(*order)
        into = insert(self.table).from_select(self.columns, rows)
        new = {name: into.excluded[name] for name in self.columns if name not in {*self.key, self.owner}}
        changes = sa.or_(*(self.table.c[name].is_distinct_from(value) for name, value in new.items()))
        same_owner = self.table.c[self.owner] == into.excluded[self.owner] if self.owner else sa.true()
        return into.on_conflict_do_update(index_elements=self.key, set_=new, where=sa.and_(same_owner, changes))


_STAGE = sa.text("SELECT stage_import(:target)")
