"""The forms behind the link: the answer to the secret question, the new password twice."""

from typing import Annotated, ClassVar

from activation.password_rules import LONGEST, TOO_LONG, TOO_SHORT, is_long_enough
from activation.secret_question import LONGEST as LONGEST_ANSWER
from activation.secret_question import TOO_LONG as ANSWER_TOO_LONG
from activation.secret_question import normal_answer
from shared.web.forms import Form, Matches, MaxLength, Required, SameAs, Untouched


class AnswerForm(Form):
    """What is no answer at all costs no try."""

    secret_answer: Annotated[
        str,
        Required("Saisissez votre réponse"),
        MaxLength(LONGEST_ANSWER, ANSWER_TOO_LONG),
        Matches(lambda typed: normal_answer(typed) != "", "Saisissez votre réponse en lettres ou en chiffres"),
    ]


class PasswordForm(Form):
    """The new password, twice."""

    never_reshown: ClassVar[frozenset[str]] = frozenset({"password", "password_confirmation"})

    password: Annotated[
        str,
        Untouched(),
        Required("Saisissez un mot de passe"),
        MaxLength(LONGEST, TOO_LONG),
        Matches(is_long_enough, TOO_SHORT),
    ]
    password_confirmation: Annotated[
        str,
        Untouched(),
        Required("Confirmez votre mot de passe"),
        MaxLength(1000),
        SameAs("password", "Les deux mots de passe doivent être identiques"),
    ]
