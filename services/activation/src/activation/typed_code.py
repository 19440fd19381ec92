"""Codes as people type them, spaces between them allowed: a slip of the finger is told and costs no attempt."""

import re

from activation.second_factor import recovery_code
from activation.second_factor.recovery_code import MistypedCodeError
from shared.contracts.provisional_password import symbols_in
from shared.web.forms import FieldError, Rule

SIX_DIGITS = "Le code comporte 6\u00a0chiffres"
NEITHER = "Saisissez les 6\u00a0chiffres de votre application, ou un code de secours en entier (15\u00a0caractères)"
_DIGITS = re.compile("[0-9]{6}")


class SixDigits(Rule):
    """A code of an authenticator application."""

    def check(self, value: str) -> str:
        """The digits alone; an empty answer stays empty."""
        digits = "".join(value.split())
        if value and not _DIGITS.fullmatch(digits):
            raise FieldError(SIX_DIGITS)
        return digits


class AnyCode(Rule):
    """A code of an application, or a recovery code: one field for both, told apart by their length."""

    def check(self, value: str) -> str:
        """Six digits, or the 15 symbols of a recovery code; an empty answer stays empty."""
        symbols = symbols_in(value)
        if not value or _DIGITS.fullmatch(symbols):
            return symbols
        try:
            return recovery_code.normalise(value)
        except MistypedCodeError:
            raise FieldError(NEITHER) from None
