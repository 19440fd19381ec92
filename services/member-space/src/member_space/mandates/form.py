"""The form « Déléguer l’accès », and its answers as a draft keeps them."""

from collections.abc import Mapping
from typing import Annotated, Any

from member_space.access.scopes import Scope
from member_space.mandates.rules import DURATIONS
from shared.web.checkboxes import TICKED
from shared.web.forms import Choices, EmailAddress, Form, Matches, MaxLength, Parsed, Required, blank

_LONGEST_NAME = 60
_NO_DURATION = "Choisissez la durée de l’accès"


class MandateForm(Form):
    """Who, what, and for how long."""

    given_name: Annotated[
        str, Required("Saisissez le prénom de cette personne"),
        MaxLength(_LONGEST_NAME, f"Le prénom doit comporter {_LONGEST_NAME} caractères ou moins"),
    ]  # fmt: skip
    family_name: Annotated[
        str, Required("Saisissez le nom de cette personne"),
        MaxLength(_LONGEST_NAME, f"Le nom doit comporter {_LONGEST_NAME} caractères ou moins"),
    ]  # fmt: skip
    email: Annotated[EmailAddress, Required("Saisissez l’adresse électronique de cette personne")]
    scopes: Annotated[
        tuple[str, ...], Choices(tuple(Scope), "Choisissez au moins une chose que cette personne pourra faire")
    ]
    days: Annotated[str, Required(_NO_DURATION), Matches({str(days) for days in DURATIONS}.__contains__, _NO_DURATION)]


def answers_of(form: MandateForm) -> dict[str, Any]:
    """What a draft keeps."""
    return form.model_dump() | {"scopes": list(form.scopes), "days": int(form.days)}


def shown_again(answers: Mapping[str, Any]) -> Parsed[MandateForm]:
    """The form with the answers of a draft."""
    texts = {name: str(answers[name]) for name in ("given_name", "family_name", "email", "days")}
    return blank(MandateForm, **texts, **{f"scopes_{scope}": TICKED for scope in answers["scopes"]})
