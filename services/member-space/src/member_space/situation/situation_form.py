"""« Signaler un changement de situation »."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import model_validator

from shared.files.checking import CheckedFile
from shared.web.forms import DateParts, FieldError, Files, Form, Matches, MaxLength, Multiline, Required

LONGEST_PRECISION = 500


class SituationForm(Form):
    """Names are those of the page's controls; see ``form_offering`` for which situations it takes."""

    situation: Annotated[str, Required("Choisissez votre nouvelle situation")]
    since: Annotated[date | None, DateParts("La date de début", missing="Indiquez à partir de quand", years_ahead=1)]
    until: Annotated[date | None, DateParts("La date de fin", years_ahead=10)]
    precision: Annotated[str, Multiline(), MaxLength(LONGEST_PRECISION)]
    proofs: Annotated[tuple[CheckedFile, ...], Files()]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise FieldError("La date de fin doit être après la date de début", field="until", control="day")
        return self


def form_offering(offered: Mapping[str, str]) -> type[SituationForm]:
    """The form that takes these situations (key → words) and no other."""

    class Offering(SituationForm):
        situation: Annotated[
            str,
            Required("Choisissez votre nouvelle situation"),
            Matches(lambda key: key in offered, "Choisissez une situation de la liste"),
        ]

    return Offering
