"""Several answers to one question: a checkbox for each."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.web.rules import FieldError

TICKED = "oui"
"""What a ticked box sends."""


@dataclass(frozen=True)
class Choices:
    """Marks a ``tuple[str, ...]`` field that is asked by checkboxes, those of ``options`` that are ticked, in their order.

    ``options`` are words of ``[a-z0-9-]``; the control of one is named ``<field>_<option>``. Without ``missing``, none may
    be ticked.
    """

    options: tuple[str, ...]
    missing: str = ""

    def control_names(self, field: str) -> list[str]:
        """The names of the boxes, which are their ids too."""
        return [f"{field}_{option}" for option in self.options]

    def check(self, value: Any) -> tuple[str, ...]:
        """What is ticked; what is no option is left out.

        Raises:
            FieldError: nothing, where something is asked for.
        """
        chosen = tuple(option for option in self.options if option in value)
        if self.missing and not chosen:
            raise FieldError(self.missing)
        return chosen

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)
