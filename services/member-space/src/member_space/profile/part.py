"""What a part of a person's data is: one table, which rows are theirs, and what each key of the export means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, func

from member_space.tables import Table


class Kept(Enum):
    """How long, as people read it: what is done today, and no more than that (design §5; identity.md §6)."""

    IDENTITY = "Même après la clôture de votre espace, pour vous reconnaître. Aucun terme n’est encore fixé."
    CONTRACT = "Pendant votre contrat, puis aussi longtemps que la loi nous le demande."
    EVIDENCE = "Même après la clôture de votre espace, comme preuve des échanges. Aucun terme n’est encore fixé."
    YEAR = "Douze mois."
    DAY = "Un jour."


def as_it_is(row: RowMapping) -> dict[str, Any]:
    """The columns under their own names."""
    return dict(row)


@dataclass(frozen=True)
class Part:
    """``mine``: person → condition on ``table``. ``order``: names of columns; the export is the same each time."""

    key: str
    """In the export."""
    title: str
    """On the page."""
    table: type[Table]
    mine: Callable[[UUID], ColumnElement[bool]]
    order: tuple[str, ...]
    fields: Mapping[str, str]
    """Key of an exported row → what it means, in French."""
    kept: Kept
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that is not exported → why not."""
    computed: Mapping[str, Callable[[], ColumnElement[Any]]] = field(default_factory=dict)
    """Name → what is read besides the columns, or instead of the one of that name."""
    shape: Callable[[RowMapping], dict[str, Any]] = as_it_is
    """Columns of a row → exported row, where they differ."""
    count: Callable[[], ColumnElement[int]] = func.count
    """How many there are, as people count."""
    change: str = ""
    """Path in the space where it is seen or changed; shown where there is such a page."""
    large: bool = False
    """Rows that are read one at a time."""
