"""The two fields in which somebody chooses a password, wherever they do."""

from typing import Annotated

from activation.password_rules import LONGEST, TOO_LONG, TOO_SHORT, is_long_enough
from shared.web.forms import Matches, MaxLength, Required, SameAs, Untouched

NewPassword = Annotated[
    str,
    Untouched(),
    Required("Saisissez un mot de passe"),
    MaxLength(LONGEST, TOO_LONG),
    Matches(is_long_enough, TOO_SHORT),
]
"""Of a field ``password``. What depends on the person is looked at later (``password_rules.password_problem``)."""

NewPasswordAgain = Annotated[
    str,
    Untouched(),
    Required("Confirmez votre mot de passe"),
    MaxLength(1000),
    SameAs("password", "Les deux mots de passe doivent être identiques"),
]
"""Of a field ``password_confirmation`` after it."""

NEVER_RESHOWN = frozenset({"password", "password_confirmation"})
