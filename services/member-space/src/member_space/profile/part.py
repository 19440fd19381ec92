"""What a part of a person's data is: one table, which rows are theirs, and what each key of the export means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, func

from member_space.tables import Table


class Kept(Enum):
    """How long, as people read it: what ``retention.rules`` does with its default terms (design §5; identity.md §6)."""

    SPACE = "Cinq ans après la clôture de votre espace\u00a0; trente jours pour l’adresse électronique."
    CONTRACT = "Cinq ans après la fin du contrat ou de la couverture, ou après le versement."
    CASE = "Cinq ans après la réponse, comme preuve des échanges."
    THREAD = "Cinq ans après le dernier message, comme preuve des échanges."
    FILE = "Cinq ans, comme la demande ou le message dont ils font partie\u00a0; un jour s’ils n’ont pas été envoyés."
    MANDATE = "Cinq ans après leur fin\u00a0; trente jours pour une invitation que personne n’a acceptée."
    CLOSURE = "Cinq ans après leur annulation ou la clôture."
    INDEX = "Tant que votre espace existe, et douze mois après les dernières informations."
    STEP = "Douze mois\u00a0; la dernière étape de l’ouverture de votre compte, tant que votre espace est ouvert."
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
