"""What a form field asks of an answer, each rule with its own French message (research/ui.md §3).

Rules are ``Annotated`` metadata, read from left to right. All but ``Required`` accept an empty answer, so that an
optional field needs no special case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, core_schema


class FieldError(ValueError):
    """An answer is refused; the text is the French message shown next to the field.

    ``field`` names the field when it is not the one being validated; ``control`` is the part to go to in a field made
    of several controls (``"month"`` for the control ``birth_date_month``).
    """

    def __init__(self, message: str, *, field: str = "", control: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.control = control


class Rule:
    """Base of the rules: override ``check``, which returns the value or raises FieldError."""

    bounds_length: ClassVar[bool] = False
    """Whether the rule limits the length itself, in place of the form's own limit."""

    def check(self, value: Any) -> Any:
        """Return the value to keep."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))


@dataclass(frozen=True)
class Required(Rule):
    """The answer can't be empty; for a checkbox, it must be ticked."""

    message: str

    def check(self, value: Any) -> Any:
        """Refuse ``""``, ``False`` and ``None``."""
        if value in ("", False, None):
            raise FieldError(self.message)
        return value


@dataclass(frozen=True)
class MaxLength(Rule):
    """At most ``limit`` characters."""

    bounds_length = True
    limit: int
    message: str = ""

    def check(self, value: str) -> str:
        """Refuse a longer text."""
        if len(value) > self.limit:
            raise FieldError(self.message or f"Cette réponse doit comporter {self.limit} caractères ou moins")
        return value


@dataclass(frozen=True)
class Matches(Rule):
    """``predicate(value)`` must be true of an answer that is given."""

    predicate: Callable[[Any], object]
    message: str

    def check(self, value: Any) -> Any:
        """Refuse what the predicate denies."""
        if value != "" and not self.predicate(value):
            raise FieldError(self.message)
        return value


@dataclass(frozen=True)
class Otherwise:
    """One message for whatever the type beneath refuses: an enumeration, a ``Literal``, an ``int``."""

    message: str

    def _check(self, value: Any, inner: core_schema.ValidatorFunctionWrapHandler) -> Any:
        try:
            return inner(value)
        except ValidationError:
            raise FieldError(self.message) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._check, handler(source))


@dataclass(frozen=True)
class SameAs:
    """Equal to a field declared above, after ``key``. Silent while the other field has its own error."""

    other: str
    message: str
    key: Callable[[Any], object] = str

    def _check(self, value: Any, info: ValidationInfo) -> Any:
        if self.other in info.data and self.key(value) != self.key(info.data[self.other]):
            raise FieldError(self.message)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))
