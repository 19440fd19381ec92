"""The table of guarantees as people read it: care posts, headings, lines, and which columns are the person's own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from member_space.models import Contract, GuaranteeLine


@dataclass(frozen=True)
class Column:
    """A coverage or module. ``own``: in a contract of the person."""

    field: str
    title: str
    own: bool


@dataclass(frozen=True)
class Line:
    """Label and one text for each column; an empty text: not covered."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Lines of one care post under one heading (which may be empty)."""

    post: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class GuaranteeTable:
    """Ready to be shown."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]


_TITLES = {
    "coverage_1": "Couverture 1", "coverage_2": "Couverture 2",
    "module_a": "Module A", "module_b": "Module B", "module_c": "Module C", "module_plus": "Module +",
}  # fmt: skip
_MODULES = {"A": "module_a", "B": "module_b", "C": "module_c", "+": "module_plus"}


def own_fields(contracts: Collection[Contract]) -> frozenset[str]:
    """The columns that the contracts pay for."""
    coverages = {f"coverage_{contract.coverage}" for contract in contracts}
    return frozenset(coverages | {_MODULES[module] for contract in contracts for module in contract.modules})


def arrange(lines: Sequence[GuaranteeLine], contracts: Collection[Contract]) -> GuaranteeTable:
    """The table of lines that are in the order of their rank."""
    own = own_fields(contracts)
    columns = tuple(Column(field, title, field in own) for field, title in _TITLES.items())
    groups = tuple(
        Group(
            post, heading, tuple(Line(line.label, tuple(getattr(line, field) for field in _TITLES)) for line in found)
        )
        for (post, heading), found in groupby(lines, key=lambda line: (line.post, line.heading))
    )
    return GuaranteeTable(columns, groups)
