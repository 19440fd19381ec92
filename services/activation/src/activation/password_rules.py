"""Which passwords are accepted (design §5; ``research/identity.md`` §2.1). Plain rules, no I/O but the word list.

12 to 128 characters, any composition; nothing common, nothing that others know of the person, and a zxcvbn score of 3.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

SHORTEST, LONGEST = 12, 128
"""Characters, after NFKC."""
LOWEST_SCORE = 3
_SCORED = 72
"""zxcvbn refuses longer texts; a good beginning is good enough."""
MOST_USED = 3000
_FEWEST_SIGNS = 3
_DIGITS_ALONE = 16
"""Digits; fewer are under the 50 bits that the CNIL asks for when attempts are limited (``research/identity.md`` §2.1)."""
_TELLING = 4
"""Shorter names are too often part of ordinary words to be refused inside a password."""

TOO_SHORT = f"Le mot de passe doit comporter au moins {SHORTEST} caractères"
TOO_LONG = f"Le mot de passe doit comporter {LONGEST} caractères ou moins"
PERSONAL = "Le mot de passe ne doit pas contenir votre nom, votre numéro, votre date de naissance ou votre adresse électronique"
COMMON = "Ce mot de passe est trop courant. Choisissez-en un autre, par exemple une phrase que vous seul connaissez"
TOO_EASY = "Ce mot de passe est trop facile à deviner. Ajoutez-lui un ou deux mots sans rapport entre eux"
_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()  # noqa: SIM905


@dataclass(frozen=True)
class Person:
    """What others may know of the person who chooses; what is not known yet stays empty."""

    email: str = ""
    names: tuple[str, ...] = ()
    birth_date: date | None = None


def password_problem(password: str, person: Person) -> str | None:
    """Why a password is refused, in French, or None. May take tens of milliseconds: call it off the event loop."""
    if not is_long_enough(password):
        return TOO_SHORT
    password = unicodedata.normalize("NFKC", password)
    if len(password) > LONGEST:
        return TOO_LONG
    bare = squeezed(password)
    personal = personal_words(person)
    if any(word in bare for word in personal if len(word) >= _TELLING):
        return PERSONAL
    if len(set(password.casefold())) <= _FEWEST_SIGNS or _is_common(bare):
        return COMMON
    if bare.isdecimal() and len(bare) < _DIGITS_ALONE:
        return TOO_EASY
    return TOO_EASY if _score(password, [*personal, *common_words()]) < LOWEST_SCORE else None


def is_long_enough(password: str) -> bool:
    """The one rule that can be told before anything else is looked at."""
    return len(unicodedata.normalize("NFKC", password)) >= SHORTEST


def squeezed(text: str) -> str:
    """Letters and digits only, without case or accents: what two spellings of one word have in common."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if sign.isalnum())


def personal_words(person: Person) -> set[str]:
    """The words, squeezed, that a password may not contain."""
    local = person.email.partition("@")[0]
    parts = [local, *re.split(r"[^\w]|_", local)]
    for name in person.names:
        parts += [name, *re.split(r"[^\w]", name)]
    return {word for part in parts if (word := squeezed(part))} | _birth_date_forms(person.birth_date)


def _birth_date_forms(born: date | None) -> set[str]:
    if born is None:
        return set()
    patterns = ("%d%m%Y", "%d%m%y", "%Y%m%d", "%m%d%Y", "%y%m%d", "%m%Y")
    month = _MONTHS[born.month - 1]
    return {born.strftime(pattern) for pattern in patterns} | {f"{born.day}{month}", f"{month}{born.year}"}


def _is_common(bare: str) -> bool:
    """A common word or one of the most used passwords, alone, repeated, or dressed up with digits at its ends."""
    core = bare.strip("0123456789") or bare
    return any(part in common_words() or part in most_used() for part in (bare, *_repeated(core)))


def _score(password: str, known: list[str]) -> int:
    """zxcvbn's score from 0 to 4, that of the password without its separators when that is lower."""
    spellings = {password[:_SCORED], re.sub(r"[\s._/-]", "", password)[:_SCORED]} - {""}
    return min(int(zxcvbn(one, user_inputs=known)["score"]) for one in spellings)


def _repeated(text: str) -> list[str]:
    """The texts that, said once or more, give this one; itself the last."""
    lengths = range(1, len(text) + 1)
    return [text[:length] for length in lengths if text == text[:length] * (len(text) // length)]


@cache
def common_words() -> frozenset[str]:
    """The French list of this package."""
    lines = (files("activation") / "word_lists" / "common_french.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def most_used() -> frozenset[str]:
    """The passwords of breaches that are used most (OWASP ASVS 6.2.4: 3,000), as zxcvbn brings them, squeezed."""
    return frozenset(squeezed(one) for one in list(FREQUENCY_LISTS["passwords"])[:MOST_USED])
