"""The base of every row model, and what its refusals are called in the report."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.imports.failures import RefusedValueError
from shared.web.rules import FieldError

_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NOTHING = object()
_REASONS = {
    "string_too_long": "plus de {max_length} caractères",
    "string_too_short": "moins de {min_length} caractères",
    "string_pattern_mismatch": "forme inattendue",
    "literal_error": "valeur attendue : {choices}",
    "int_parsing": "nombre entier attendu",
    "greater_than_equal": "{ge} au moins",
    "less_than_equal": "{le} au plus",
}


class ImportRow(BaseModel):
    """One line of a file. Field names are the column names.

    Cells are in NFC and trimmed before any rule. An empty cell takes the field's default; without default it is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    longest_value: ClassVar[int] = 200
    """Characters of a cell, before the field's own rules."""

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Names only: a row must not reach a terminal or a log through a traceback."""
        return [(name, ...) for name in type(self).model_fields]


Row = TypeVar("Row", bound=ImportRow)


@dataclass(frozen=True)
class Refusal:
    """Why a line was not loaded, without any of its values. ``column`` is empty when it is about the whole line."""

    line: int
    column: str
    reason: str


def check_row(model: type[Row], line: int, cells: Mapping[str, str]) -> Row | list[Refusal]:
    """The row of a line, or everything that is wrong with it. ``cells`` are in NFC and trimmed."""
    required = _required(model)
    given: dict[str, str] = {name: cell for name, cell in cells.items() if cell or name in required}
    # not as validators of the model: a Python call for each cell took longer than all the other rules of a line
    unfit = {} if _all_fit(given.values(), model.longest_value) else _unfit(given, model.longest_value)
    try:
        # what no type accepts keeps the rules of the whole line from being asked, as any other mistake does
        return model.model_validate({**given, **dict.fromkeys(unfit, _NOTHING)} if unfit else given)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_input=False)
        return [_refusal(model, line, mistake, unfit) for mistake in mistakes]


@cache
def _required(model: type[ImportRow]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if field.is_required())


def _all_fit(cells: Collection[str], longest: int) -> bool:
    """Whether nothing is wrong with any of the cells: the fast way to an empty ``_unfit`` for nearly every line."""
    return "" not in cells and max(map(len, cells)) <= longest and "".join(cells).isprintable()


def _unfit(cells: Mapping[str, str], longest: int) -> dict[str, str]:
    """What is wrong with which cells, before the fields' own rules."""
    found = {}
    for name, cell in cells.items():
        if not cell:
            found[name] = "valeur manquante"
        elif len(cell) > longest:
            found[name] = f"plus de {longest} caractères"
        elif any(unicodedata.category(sign) in _CONTROL for sign in cell):
            found[name] = "caractère de contrôle"
    return found


def _refusal(model: type[ImportRow], line: int, mistake: Any, unfit: Mapping[str, str]) -> Refusal:
    column = str(mistake["loc"][0]) if mistake["loc"] else ""
    if column in unfit:
        return Refusal(line, column, unfit[column])
    context = mistake.get("ctx", {})
    raised = context.get("error")
    # only our own texts are trusted not to quote the value
    if isinstance(raised, RefusedValueError):
        return Refusal(line, raised.column or column, str(raised))
    if isinstance(raised, FieldError):
        return Refusal(line, column, str(raised))
    # pydantic's own words for them are English
    choices = " ou ".join(get_args(model.model_fields[column].annotation)) if mistake["type"] == "literal_error" else ""
    reason = _REASONS.get(mistake["type"], "valeur non acceptée")
    return Refusal(line, column, reason.format(**context, choices=choices))
