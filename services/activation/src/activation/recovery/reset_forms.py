"""The forms behind the link: the answer to the secret question, the new password twice."""

from typing import Annotated, ClassVar

from activation.new_password_fields import NEVER_RESHOWN, NewPassword, NewPasswordAgain
from activation.secret_question import LONGEST as LONGEST_ANSWER
from activation.secret_question import TOO_LONG as ANSWER_TOO_LONG
from activation.secret_question import normal_answer
from shared.web.forms import Form, Matches, MaxLength, Required


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

    never_reshown: ClassVar[frozenset[str]] = NEVER_RESHOWN

    password: NewPassword
    password_confirmation: NewPasswordAgain
