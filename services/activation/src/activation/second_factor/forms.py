"""The forms of the second factor."""

from typing import Annotated, ClassVar, TypeVar

from activation.second_factor.web_authentication import LONGEST_ANSWER
from activation.typed_code import AnyCode, SixDigits
from shared.web.forms import (
    Checkbox,
    Form,
    MaxLength,
    Required,
    Untouched,
)

F = TypeVar("F", bound=Form)

NO_CODE = "Saisissez un code"
UNREADABLE = "La réponse de votre clé d’accès n’a pas pu être lue. Recommencez"

PasskeyAnswer = Annotated[str, Untouched(), MaxLength(LONGEST_ANSWER, UNREADABLE)]
"""JSON that the browser's script puts there."""


class VerificationForm(Form):
    """A code or a passkey's answer."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"code", "passkey"})

    passkey: PasskeyAnswer
    code: Annotated[str, AnyCode()]


class ApplicationForm(Form):
    """The code that shows that the application knows the secret."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"code"})

    code: Annotated[str, Required("Saisissez le code à 6\u00a0chiffres de votre application"), SixDigits()]
    others: Checkbox


class PasskeyForm(Form):
    """A new passkey and its name."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"passkey"})

    name: Annotated[
        str,
        Required("Donnez un nom à cette clé d’accès"),
        MaxLength(60, "Le nom doit comporter 60\u00a0caractères ou moins"),
    ]
    passkey: PasskeyAnswer
    others: Checkbox


class RemovalForm(Form):
    """Whether other sessions end with it."""

    others: Checkbox
