"""The form *Créer mon compte*: every field of the member's guide, in its order (``ui.md`` §4.1)."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from registration.names import LONGEST, is_name
from registration.number_words import MISSING, RefusedNumberError, checked_number
from shared.contracts.person_number import Situation
from shared.web.forms import (
    BirthDate,
    EmailAddress,
    FieldError,
    Form,
    Matches,
    MaxLength,
    Otherwise,
    Postcode,
    Required,
    SameAs,
    address_key,
)


@dataclass(frozen=True)
class NumberOf:
    """The number that the situation (a field above) calls for; the value becomes its canonical form."""

    situation: str

    def _check(self, typed: str, info: ValidationInfo) -> str:
        situation = info.data.get(self.situation)
        if not typed:
            raise FieldError(MISSING[situation] if situation else "Saisissez votre numéro")
        if situation is None:
            return typed
        try:
            return checked_number(situation, typed)
        except RefusedNumberError as error:
            raise FieldError(str(error)) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))


def _is_six_digits(typed: str) -> bool:
    digits = "".join(typed.split())
    return len(digits) == 6 and digits.isascii() and digits.isdigit()


class CreateForm(Form):
    """What a person fills in to ask for an account."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"captcha"})

    situation: Annotated[Situation, Otherwise("Indiquez si vous êtes adhérent, ou simplement assuré du centre 602")]
    number: Annotated[str, NumberOf("situation")]
    email: Annotated[EmailAddress, Required("Saisissez votre adresse électronique")]
    email_confirmation: Annotated[
        EmailAddress,
        Required("Confirmez votre adresse électronique"),
        SameAs("email", "Les deux adresses électroniques doivent être identiques", key=address_key),
    ]
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
    captcha: Annotated[
        str,
        Required("Saisissez les 6 chiffres de l’image"),
        Matches(_is_six_digits, "Saisissez les 6 chiffres de l’image"),
    ]
