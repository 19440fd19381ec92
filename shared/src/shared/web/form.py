"""The base of every form: which answers it takes, cleaned before any rule."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator

from shared.web.cleaning import clean_line, clean_lines, untouched
from shared.web.rules import MaxLength, Rule


def marked(metadata: Iterable[object], mark: type) -> bool:
    """Whether a field's ``Annotated`` metadata holds such a mark."""
    return any(isinstance(item, mark) for item in metadata)


class Multiline:
    """Marks a ``str`` field that comes from a text area."""


class Untouched:
    """Marks a ``str`` field that is neither trimmed nor normalised: a password."""


Checkbox = Annotated[bool, BeforeValidator(lambda value: value in ("oui", True))]
"""True when ticked; with ``Required`` it must be."""


class Form(BaseModel):
    """Base of every form. Subclasses declare fields in the order of the page."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
    never_reshown: ClassVar[frozenset[str]] = frozenset()
    """Fields blanked when the page is shown again: passwords, the captcha's answer."""
    longest_answer: ClassVar[int] = 200
    """Characters, for fields without their own ``MaxLength``."""

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, tuple):
            return tuple(clean_line(part) for part in value)
        if not isinstance(value, str):
            return value
        marks = cls.model_fields[info.field_name or ""].metadata
        if marked(marks, Untouched):
            value = untouched(value)
        else:
            value = clean_lines(value) if marked(marks, Multiline) else clean_line(value)
        bounded = any(isinstance(rule, Rule) and rule.bounds_length for rule in marks)
        return value if bounded else MaxLength(cls.longest_answer).check(value)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Names only: what a person typed must not reach a log through a traceback."""
        return [(name, ...) for name in type(self).model_fields]
