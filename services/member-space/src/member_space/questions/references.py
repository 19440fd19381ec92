"""References of questions: what people quote on the telephone, and what an address names."""

import re
import secrets

from shared.contracts.provisional_password import ALPHABET

_FORM = re.compile(f"Q-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")


def new_reference() -> str:
    """``Q-XXXX-XXXX``: 8 Crockford symbols (40 bits) that can't be guessed and say nothing."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"Q-{drawn[:4]}-{drawn[4:]}"


def is_reference(text: str) -> bool:
    """Whether a text is one at all, before the database is asked."""
    return _FORM.fullmatch(text) is not None
