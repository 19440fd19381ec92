"""Why a number is refused, in French, for the page and for the report of an import."""

from shared.contracts.person_number import NumberError, Situation, canonical_number

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
