"""What the desk fills in to answer a case."""

from collections.abc import Collection
from typing import Annotated, Any, Self

from pydantic import model_validator

from shared.files.checking import CheckedFile
from shared.files.kinds import PDF
from shared.web.forms import FieldError, Files, Form, MaxLength, Multiline, Parsed, Required

LONGEST_WORDS = 1_000
Words = Annotated[str, Multiline(), MaxLength(LONGEST_WORDS)]


class AcceptForm(Form):
    """A report is accepted."""

    words: Words


class FulfilForm(AcceptForm):
    """A document is given."""

    document: Annotated[tuple[CheckedFile, ...], Files("Choisissez le document à déposer", most=1, kinds=(PDF,))]


class RefuseForm(Form):
    """Either is refused; ``reason`` is checked against those of its kind by ``with_reason``."""

    reason: Annotated[str, Required("Choisissez un motif")]
    refusal_words: Words

    @model_validator(mode="after")
    def _other_is_said(self) -> Self:
        if self.reason == "other" and not self.refusal_words:
            raise FieldError("Précisez le motif\u00a0: l’adhérent lira ce texte", field="refusal_words")
        return self


def with_reason(form: Parsed[Any], reasons: Collection[str]) -> Parsed[Any]:
    """The form, refused when its reason is none of these."""
    given = form.values["reason"]
    if given and given not in reasons:
        return form.refuse("reason", "Choisissez un motif de la liste")
    return form
