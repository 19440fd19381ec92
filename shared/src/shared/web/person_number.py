"""A person's number in a form, and why it is refused, in French: the same words on every page and in imports."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from shared.contracts.person_number import NumberError, Situation, canonical_number
from shared.web.rules import FieldError

MISSING = {
    Situation.MEMBER: "Saisissez votre numéro d’adhérent",
    Situation.INSURED: "Saisissez votre numéro de sécurité sociale",
}
_MEMBER = "Le numéro d’adhérent doit comporter 6 chiffres"
_NIR = {
    "length": "Le numéro de sécurité sociale doit comporter 13 caractères, ou 15 avec sa clé",
    "shape": "Le numéro de sécurité sociale n’a pas la forme attendue. Recopiez-le de la carte Vitale",
    "month": "Dans le numéro de sécurité sociale, les 4e et 5e chiffres ne correspondent à aucun mois de naissance",
    "department": "Dans le numéro de sécurité sociale, les 6e et 7e caractères ne correspondent à aucun département",
    "key": "La clé du numéro de sécurité sociale (ses 2 derniers chiffres) ne correspond pas aux chiffres qui précèdent",
}


class RefusedNumberError(ValueError):
    """The number can't exist; the text says why without quoting it."""


def checked_number(situation: Situation, typed: str) -> str:
    """``shared.contracts.person_number.canonical_number`` with its refusals in words.

    Raises:
        RefusedNumberError: the number can't exist.
    """
    try:
        return canonical_number(situation, typed)
    except NumberError as error:
        words = _MEMBER if situation is Situation.MEMBER else _NIR[error.code]
        raise RefusedNumberError(words) from None


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
