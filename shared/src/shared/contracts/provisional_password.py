"""The form of the provisional password: ``letters`` makes it, ``activation`` reads what was typed (design §5).

12 Crockford base32 symbols in 3 groups of 4: 11 random (55 bits) and one check symbol from the same alphabet, since
Crockford's own mod-37 check adds symbols that are bad on paper.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
RANDOM_SYMBOLS = LENGTH - 1
GROUP = 4

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans(dict.fromkeys(" \t\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014._/"))
# French and English words that a letter must not carry, written as the alphabet spells them (no I, L, O, U: U is absent
# from the alphabet, I and L read as 1, O as 0).
_RUDE = (
    "C0N", "P0RN", "SEX", "P1SS", "B1TE", "N1CH", "MERDE", "PET", "CACA", "P1P1", "NAZ1", "SS", "FESSE", "SA10", "G0D",
    "SH1T", "ANA1", "C0C", "D1CK", "RAPE", "T1TS", "CRAP", "DAMN", "H0RE", "ZGEG", "B0CHE", "NEGR",
)  # fmt: skip


class MistypedPasswordError(ValueError):
    """What was typed cannot be any provisional password: a slip of the finger, which costs no attempt."""


def check_symbol(symbols: str) -> str:
    """The check symbol of symbols of the alphabet, 11 here: odd weights 1, 3, 5, … summed modulo 32.

    Every weight is odd, hence invertible modulo 32: any single wrong symbol is caught; of the swaps of neighbours
    (weights differ by 2), all but those of two symbols 16 apart are.
    """
    return ALPHABET[sum((2 * place + 1) * _VALUE[symbol] for place, symbol in enumerate(symbols)) % len(ALPHABET)]


def generate() -> str:
    """A new provisional password: 12 symbols without separators, from the system's secure random source."""
    while True:
        symbols = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
        password = symbols + check_symbol(symbols)
        if not is_rude(password):
            return password


def is_rude(symbols: str) -> bool:
    """Whether a word that nobody wants to read from us is in it."""
    return any(word in symbols for word in _RUDE)


def grouped(password: str) -> str:
    """The password as it is printed: ``XXXX-XXXX-XXXX``."""
    return "-".join(password[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def symbols_in(typed: str) -> str:
    """What a person meant by what they typed: any case, separators ignored, O read as 0, I and L as 1."""
    return typed.translate(_SEPARATORS).upper().translate(_READ_AS)


def normalise(typed: str) -> str:
    """The 12 symbols meant by what a person typed.

    Raises:
        MistypedPasswordError: wrong length, foreign symbol, or a check symbol that does not match.
    """
    symbols = symbols_in(typed)
    if len(symbols) != LENGTH or any(symbol not in _VALUE for symbol in symbols):
        raise MistypedPasswordError
    if check_symbol(symbols[:RANDOM_SYMBOLS]) != symbols[RANDOM_SYMBOLS]:
        raise MistypedPasswordError
    return symbols
