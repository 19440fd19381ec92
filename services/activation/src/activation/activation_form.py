"""The form « Activer mon compte »: its fields in the order of the guide, and what each asks of an answer."""

from typing import Annotated, ClassVar

from activation.new_password_fields import NEVER_RESHOWN, NewPassword, NewPasswordAgain
from activation.secret_question import QUESTIONS, answer_problem
from shared.contracts.person_number import Situation
from shared.contracts.provisional_password import MistypedPasswordError, normalise
from shared.web.forms import (
    Checkbox,
    EmailAddress,
    FieldError,
    Form,
    Matches,
    Otherwise,
    Required,
    Rule,
    SameAs,
    address_key,
)
from shared.web.person_number import NumberOf

MISTYPED = "Vérifiez le mot de passe provisoire\u00a0: un caractère ne va pas avec les autres."


class ProvisionalPassword(Rule):
    """What could be a provisional password, in its normal form: a slip of the finger is told and costs no attempt."""

    def check(self, value: str) -> str:
        """The 12 symbols; an empty answer stays empty."""
        try:
            return normalise(value) if value else value
        except MistypedPasswordError:
            raise FieldError(MISTYPED) from None


class SecretAnswer(Rule):
    """Long enough and not too easy; what it may not repeat is checked when the person is known."""

    def check(self, value: str) -> str:
        """The answer as typed."""
        problem = answer_problem(value) if value else None
        if problem:
            raise FieldError(problem)
        return value


class ActivationForm(Form):
    """Names are those of the page's controls."""

    never_reshown: ClassVar[frozenset[str]] = NEVER_RESHOWN

    situation: Annotated[Situation, Otherwise("Indiquez si vous êtes adhérent ou assuré")]
    number: Annotated[str, NumberOf("situation")]
    """Canonical: ``member:…`` or ``nir:…``."""
    provisional_password: Annotated[str, Required("Saisissez le mot de passe provisoire"), ProvisionalPassword()]
    secret_question: Annotated[
        str,
        Required("Choisissez une question secrète"),
        Matches(QUESTIONS.__contains__, "Choisissez une question de la liste"),
    ]
    secret_answer: Annotated[str, Required("Saisissez votre réponse"), SecretAnswer()]
    email: Annotated[EmailAddress, Required("Saisissez votre adresse électronique")]
    email_confirmation: Annotated[
        EmailAddress,
        Required("Confirmez votre adresse électronique"),
        SameAs("email", "Les deux adresses électroniques doivent être identiques", key=address_key),
    ]
    password: NewPassword
    password_confirmation: NewPasswordAgain
    terms: Annotated[Checkbox, Required("Cochez la case pour accepter les conditions générales d’utilisation")]
