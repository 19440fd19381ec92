"""E-mail addresses: form, and the key that tells whether two are the same (design §5: one address, one person)."""

import unicodedata
from dataclasses import dataclass
from typing import Annotated

from email_validator import EmailNotValidError, validate_email

from shared.web.rules import FieldError, Rule

ADDRESS_LIMIT = 254
"""Characters, RFC 5321 §4.5.3.1.3 less the angle brackets."""
BAD_ADDRESS = "Saisissez une adresse électronique au bon format, comme nom@exemple.fr"


def address_key(email: str) -> str:
    """Trimmed, NFKC and case-folded: equal keys mean one address. Only for comparing, never for sending."""
    folded = unicodedata.normalize("NFKC", email.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)


@dataclass(frozen=True)
class EmailRule(Rule):
    """An address that mail can be sent to, syntax only: no DNS question tells others who asks for an account."""

    bounds_length = True
    message: str = BAD_ADDRESS

    def check(self, value: str) -> str:
        """The address with its domain in lower case; an empty answer stays empty.

        A quoted or non-ASCII local part, a line break or a display name (header injection) are refused, and so is an
        encoded word (RFC 2047), which some mail servers read as another address.
        """
        if value == "":
            return value
        if len(value) > ADDRESS_LIMIT:
            raise FieldError(self.message)
        try:
            address = validate_email(value, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            raise FieldError(self.message) from None
        if "=?" in address.local_part:
            raise FieldError(self.message)
        return address.normalized


EmailAddress = Annotated[str, EmailRule()]
"""An optional address; add ``Required("Saisissez votre adresse électronique")``."""
