"""« Demander un document »."""

from typing import Annotated, Self

from pydantic import model_validator

from member_space.documents.kinds import DOCUMENTS
from shared.web.forms import FieldError, Form, Matches, MaxLength, Multiline, Required

LONGEST_PRECISION = 500


class DocumentForm(Form):
    """Names are those of the page's controls."""

    document: Annotated[
        str,
        Required("Choisissez un document"),
        Matches(lambda key: key in DOCUMENTS, "Choisissez un document de la liste"),
    ]
    precision: Annotated[str, Multiline(), MaxLength(LONGEST_PRECISION)]

    @model_validator(mode="after")
    def _other_is_said(self) -> Self:
        if self.document == "autre" and not self.precision:
            raise FieldError("Indiquez quel document vous souhaitez", field="precision")
        return self
