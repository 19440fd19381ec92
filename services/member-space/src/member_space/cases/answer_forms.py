"""What the desk fills in to answer a case."""

from typing import Annotated, Self

from pydantic import model_validator

from member_space.cases.rules import REASONS
from shared.files.checking import CheckedFile
from shared.files.kinds import PDF
from shared.web.forms import FieldError, Files, Form, Matches, MaxLength, Multiline, Required

LONGEST_WORDS = 1_000
Words = Annotated[str, Multiline(), MaxLength(LONGEST_WORDS)]


class AcceptForm(Form):
    """A report is accepted."""

    words: Words


class FulfilForm(AcceptForm):
    """A document is given."""

    document: Annotated[tuple[CheckedFile, ...], Files("Choisissez le document à déposer", most=1, kinds=(PDF,))]


class RefuseForm(Form):
    """Either is refused."""

    reason: Annotated[
        str, Required("Choisissez un motif"), Matches(lambda key: key in REASONS, "Choisissez un motif de la liste")
    ]
    refusal_words: Words

    @model_validator(mode="after")
    def _other_is_said(self) -> Self:
        if self.reason == "other" and not self.refusal_words:
            raise FieldError("Précisez le motif\u00a0: l’adhérent lira ce texte", field="refusal_words")
        return self
