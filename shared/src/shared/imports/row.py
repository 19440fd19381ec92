"""The base of every row model, and what its refusals are called in the report."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from shared.imports.failures import RefusedValueError
from shared.web.rules import FieldError

_REASONS = {
    "string_too_long": "plus de {max_length} caractères",
    "string_too_short": "moins de {min_length} caractères",
    "string_pattern_mismatch": "forme inattendue",
    "literal_error": "valeur attendue : {expected}",
    "enum": "valeur attendue : {expected}",
    "int_parsing": "nombre entier attendu",
    "greater_than_equal": "{ge} au moins",
    "less_than_equal": "{le} au plus",
}


class ImportRow(BaseModel):
    """One line of a file. Field names are the column names.

    Cells are NFC and trimmed before any rule. An empty cell takes the field's default; without default it is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    longest_value: ClassVar[int] = 200
    """Characters of a cell, before the field's own rules."""

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if not value:
            raise RefusedValueError("valeur manquante")
        if len(value) > cls.longest_value:
            raise RefusedValueError(f"plus de {cls.longest_value} caractères")
        # isprintable is the fast way to the same answer for nearly every cell
        if not value.isprintable() and any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in value):
            raise RefusedValueError("caractère de contrôle")
        return value

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
    """The row of a line, or everything that is wrong with it."""
    given: dict[str, str] = {}
    for name, cell in cells.items():
        text = unicodedata.normalize("NFC", cell).strip()
        if text or model.model_fields[name].is_required():
            given[name] = text
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return [_refusal(line, mistake) for mistake in error.errors(include_url=False, include_input=False)]


def _refusal(line: int, mistake: Any) -> Refusal:
    column = str(mistake["loc"][0]) if mistake["loc"] else ""
    context = mistake.get("ctx", {})
    raised = context.get("error")
    # only our own texts are trusted not to quote the value
    if isinstance(raised, RefusedValueError):
        return Refusal(line, raised.column or column, str(raised))
    if isinstance(raised, FieldError):
        return Refusal(line, column, str(raised))
    return Refusal(line, column, _REASONS.get(mistake["type"], "valeur non acceptée").format(**context))
