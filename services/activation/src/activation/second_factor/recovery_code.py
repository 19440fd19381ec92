"""The form of a recovery code. Plain rules, no I/O.

15 Crockford base32 symbols in 3 groups of 5: a digit that says which of the ten it is, 13 random ones (65 bits; NIST
800-63B-4 §4.2.1.1 asks for 64) and a check symbol. Thanks to the digit one stored hash is looked at, never ten.
"""

import secrets

from shared.contracts.provisional_password import ALPHABET, check_symbol, is_rude, symbols_in

COUNT = 10
LENGTH = 15
RANDOM_SYMBOLS = LENGTH - 2
GROUP = 5
FEW = 3
"""Fewer left are worth a warning."""


class MistypedCodeError(ValueError):
    """What was typed can't be any recovery code: a slip of the finger, which costs no attempt."""


def generate(place: int) -> str:
    """A new code for a place (0…9), from the system's secure random source."""
    while True:
        symbols = str(place) + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
        code = symbols + check_symbol(symbols)
        if not is_rude(code):
            return code


def place_of(code: str) -> int:
    """Which of the ten a normal code is."""
    return int(code[0])


def grouped(code: str) -> str:
    """As it is shown: ``0XXXX-XXXXX-XXXXX``."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def normalise(typed: str) -> str:
    """The 15 symbols meant by what a person typed.

    Raises:
        MistypedCodeError: wrong length, foreign symbol, no place, or a check symbol that does not match.
    """
    symbols = symbols_in(typed)
    if len(symbols) != LENGTH or any(symbol not in ALPHABET for symbol in symbols) or not symbols[0].isdecimal():
        raise MistypedCodeError
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise MistypedCodeError
    return symbols
