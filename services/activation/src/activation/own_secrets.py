"""What somebody may choose as password or secret answer (design §5). Plain rules, no I/O.

Of their numbers only keyed fingerprints are kept: every run of a text that could be a member number or an NIR is looked up.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from activation.models import Account, ProvisionalLetter
from activation.password_rules import PERSONAL, Person, password_problem, squeezed
from activation.secret_question import KNOWN_ELSEWHERE, answer_problem, known_of
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing

# looked ahead: runs overlap
_NUMBERS = {"member": re.compile(r"(?=(\d{6}))"), "nir": re.compile(r"(?=([12]\d{4}(?:\d\d|2[AB])\d{6}))")}


@dataclass(frozen=True)
class Owner:
    """Who chooses, and what others may know of them. ``numbers``: as fingerprints."""

    given_name: str
    family_name: str
    birth_date: date
    email: str
    numbers: frozenset[str]


def owner_of(known: Account | ProvisionalLetter, email: str) -> Owner:
    """Whose account it is, or will be; ``email``: its address."""
    numbers = frozenset(known.number_fingerprints)
    return Owner(known.given_name, known.family_name, known.birth_date, email, numbers)


def password_problem_of(ring: KeyRing, owner: Owner, password: str) -> str | None:
    """Why its owner can't take that password, in French, or None. As slow as ``password_problem``."""
    known = Person(email=owner.email, names=(owner.given_name, owner.family_name), birth_date=owner.birth_date)
    return password_problem(password, known) or (PERSONAL if holds_number(ring, owner, password) else None)


def answer_problem_of(ring: KeyRing, owner: Owner, typed: str, secrets: Iterable[str] = ()) -> str | None:
    """Why its owner can't take that answer, in French, or None. ``secrets``: their others, where they are at hand."""
    known = [*known_of(owner.given_name, owner.family_name, owner.birth_date, owner.email), *secrets]
    return answer_problem(typed, known) or (KNOWN_ELSEWHERE if holds_number(ring, owner, typed) else None)


def holds_number(ring: KeyRing, owner: Owner, text: str) -> bool:
    """Whether a number of the owner's is in it, spelled with separators or without."""
    bare = squeezed(text).upper()
    runs = {f"{kind}:{run}" for kind, shape in _NUMBERS.items() for run in shape.findall(bare)}
    return any(not owner.numbers.isdisjoint(fingerprints(ring, run)) for run in runs)
