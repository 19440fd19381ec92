"""A form read and checked: its value, or a French message per field and the answers to show again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from shared.web.checkboxes import TICKED, Choices
from shared.web.cleaning import showable
from shared.web.date_parts import PARTS, DateParts
from shared.web.files import Files
from shared.web.form import Form, marked
from shared.web.rules import FieldError
from shared.web.sent import SentForm

WHOLE_FORM = "form"
"""Key of an error that belongs to no single field (an expired page, a sign-in that failed)."""
NOT_ACCEPTED = "Cette réponse n’est pas acceptée. Vérifiez-la"

F = TypeVar("F", bound=Form)


class Errors(dict[str, str]):
    """Field name → French message, in the order of the page; ``controls``: field name → HTML id, where it differs."""

    def __init__(self, messages: Mapping[str, str] = {}, controls: Mapping[str, str] = {}) -> None:
        super().__init__(messages)
        self.controls = dict(controls)


@dataclass(frozen=True)
class Parsed(Generic[F]):
    """A form as read: ``value`` when every rule holds, else ``errors``; ``values`` are the answers to show again."""

    form_class: type[F]
    values: dict[str, str]
    value: F | None = None
    errors: Errors = field(default_factory=Errors)
    chosen: frozenset[str] = frozenset()
    """Fields in which files were sent: a browser does not keep them, so they have to be chosen again."""

    def file_rule(self, name: str) -> Files:
        """The rule of a field of files, for its macro."""
        return file_fields(self.form_class)[name]

    def refuse(self, name: str, message: str) -> "Parsed[F]":
        """The same form with one more error, found by the service; ``name`` may be ``WHOLE_FORM``."""
        order = [WHOLE_FORM, *self.form_class.model_fields]
        messages = sorted({**self.errors, name: message}.items(), key=lambda pair: order.index(pair[0]))
        controls = {**_first_controls(self.form_class), **self.errors.controls}
        return replace(self, value=None, errors=Errors(dict(messages), controls))


def blank(form_class: type[F], **values: str) -> Parsed[F]:
    """The form before it is filled in; ``values`` are the answers already known."""
    empty = dict.fromkeys(_control_names(form_class), "")
    return Parsed(form_class, empty | values)


def parse(form_class: type[F], data: Mapping[str, str]) -> Parsed[F]:
    """Check the answers. Never raises on what a person typed; a missing field counts as empty.

    A form with files: ``uploads.parse_upload``.
    """
    given: dict[str, Any] = {}
    sent = data.files if isinstance(data, SentForm) else {}
    for name, info in form_class.model_fields.items():
        if marked(info.metadata, DateParts):
            given[name] = tuple(data.get(f"{name}_{part}", "") for part in PARTS)
        elif choices := _choices(info.metadata):
            given[name] = tuple(o for o in choices.options if data.get(f"{name}_{o}") == TICKED)
        elif marked(info.metadata, Files):
            given[name] = list(sent.get(name, []))
        else:
            given[name] = data.get(name, "")
    hidden = form_class.never_reshown
    values = {name: "" if name in hidden else showable(data.get(name, "")) for name in _control_names(form_class)}
    chosen = frozenset(sent) & set(form_class.model_fields)
    try:
        return Parsed(form_class, values, form_class.model_validate(given), chosen=chosen)
    except ValidationError as error:
        parsed = Parsed(form_class, values, chosen=chosen)
        for mistake in reversed(error.errors(include_url=False, include_input=False)):
            parsed = _refused(parsed, mistake["loc"], mistake.get("ctx", {}).get("error"))
        return parsed


def _refused(parsed: Parsed[F], loc: tuple[int | str, ...], raised: object) -> Parsed[F]:
    name = str(loc[0]) if loc else WHOLE_FORM
    if not isinstance(raised, FieldError):
        return parsed.refuse(name, NOT_ACCEPTED)
    name = raised.field or name
    parsed = parsed.refuse(name, str(raised))
    if raised.control:
        parsed.errors.controls[name] = f"{name}_{raised.control}"
    return parsed


def file_fields(form_class: type[Form]) -> dict[str, Files]:
    """The fields of a form that take files, each with its rule."""
    rules = {name: info.metadata for name, info in form_class.model_fields.items()}
    return {name: rule for name, metadata in rules.items() for rule in metadata if isinstance(rule, Files)}


def _control_names(form_class: type[Form]) -> list[str]:
    """Of what can be shown again: a browser lets no page fill in a file."""
    names: list[str] = []
    for name, info in form_class.model_fields.items():
        if marked(info.metadata, Files):
            continue
        if choices := _choices(info.metadata):
            names += choices.control_names(name)
        else:
            names += [f"{name}_{part}" for part in PARTS] if marked(info.metadata, DateParts) else [name]
    return names


def _first_controls(form_class: type[Form]) -> dict[str, str]:
    first: dict[str, str] = {}
    for name, info in form_class.model_fields.items():
        if marked(info.metadata, DateParts):
            first[name] = f"{name}_day"
        elif choices := _choices(info.metadata):
            first[name] = choices.control_names(name)[0]
    return first


def _choices(metadata: Iterable[object]) -> Choices | None:
    return next((mark for mark in metadata if isinstance(mark, Choices)), None)
