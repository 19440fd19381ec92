"""French postcodes (research/ui.md §4.1)."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from shared.web.rules import FieldError, Rule

BAD_POSTCODE = "Le code postal doit comporter 5 chiffres"


@dataclass(frozen=True)
class PostcodeRule(Rule):
    """Five digits; spaces between them and full-width digits are forgiven."""

    message: str = BAD_POSTCODE

    def check(self, value: str) -> str:
        """The five digits; an empty answer stays empty."""
        digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", value))
        if digits and not re.fullmatch(r"[0-9]{5}", digits):
            raise FieldError(self.message)
        return digits


Postcode = Annotated[str, PostcodeRule()]
