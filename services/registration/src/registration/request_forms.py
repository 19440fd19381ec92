"""The public forms, of parts that several have: every field of the member's guide, in its order (``ui.md`` §4.1)."""

from typing import Annotated, ClassVar

from registration.names import LONGEST, is_name
from shared.contracts.person_number import Situation
from shared.web.forms import (
    BirthDate,
    EmailAddress,
    Form,
    Matches,
    MaxLength,
    Otherwise,
    Postcode,
    Required,
    SameAs,
    address_key,
)
from shared.web.person_number import NumberOf


def _is_six_digits(typed: str) -> bool:
    digits = "".join(typed.split())
    return len(digits) == 6 and digits.isascii() and digits.isdigit()


class NumberPart(Form):
    """By which number a person is known."""

    situation: Annotated[Situation, Otherwise("Indiquez si vous êtes adhérent, ou simplement assuré du centre 602")]
    number: Annotated[str, NumberOf("situation")]


class EmailPart(Form):
    """Where news of a letter goes."""

    email: Annotated[EmailAddress, Required("Saisissez votre adresse électronique")]
    email_confirmation: Annotated[
        EmailAddress,
        Required("Confirmez votre adresse électronique"),
        SameAs("email", "Les deux adresses électroniques doivent être identiques", key=address_key),
    ]


class PersonPart(Form):
    """What else the register knows of a person."""

    family_name: Annotated[
        str,
        Required("Saisissez votre nom de famille"),
        MaxLength(LONGEST, f"Le nom de famille doit comporter {LONGEST} caractères ou moins"),
        Matches(
            is_name,
            "Le nom de famille ne doit comporter que des lettres, des espaces, des apostrophes et des traits d’union",
        ),
    ]
    birth: BirthDate
    postcode: Annotated[Postcode, Required("Saisissez votre code postal")]


class CaptchaPart(Form):
    """The answer to the page's challenge."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"captcha"})

    captcha: Annotated[
        str,
        Required("Saisissez les 6 chiffres de l’image"),
        Matches(_is_six_digits, "Saisissez les 6 chiffres de l’image"),
    ]


# pydantic collects the fields of the last base first: read from right to left, they are in the order of the page


class IdentityForm(CaptchaPart, PersonPart, NumberPart):
    """Who somebody says to be: « Identifiant oublié »."""


class LetterForm(CaptchaPart, PersonPart, EmailPart, NumberPart):
    """That, and where news goes: « Créer mon compte » and « Retrouver l’accès par courrier »."""
