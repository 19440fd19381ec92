"""The opaque mark of a printed letter: in its DataMatrix and in signs beside it, so that who finds the envelope can name it.

10 Crockford base32 symbols: 9 random (45 bits) and one check symbol. It says nothing by itself, and opens nothing.
"""

import secrets

from shared.contracts.provisional_password import ALPHABET, check_symbol, is_rude, symbols_in

LENGTH = 10


class MistypedMarkError(ValueError):
    """What was typed or scanned can't be the mark of any letter."""


def generate_mark() -> str:
    """A new mark, from the system's secure random source."""
    while True:
        symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        mark = symbols + check_symbol(symbols)
        if not is_rude(mark):
            return mark


def read_mark(typed: str) -> str:
    """The mark that was scanned or typed: any case, separators ignored, O read as 0, I and L as 1.

    Raises:
        MistypedMarkError: another length, a sign that no mark has, or a check symbol that does not fit.
    """
    mark = symbols_in(typed.strip())
    if len(mark) != LENGTH or any(sign not in ALPHABET for sign in mark) or mark[-1] != check_symbol(mark[:-1]):
        raise MistypedMarkError("not the mark of a letter")
    return mark
