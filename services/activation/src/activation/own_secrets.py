"""What an account's owner may choose as password or secret answer (design §5). Plain rules, no I/O.

Of their numbers only keyed fingerprints are kept: every run of a text that could be a member number or an NIR is looked up.
"""

import re

from activation.models import Account
from activation.password_rules import PERSONAL, Person, password_problem, squeezed
from activation.secret_question import KNOWN_ELSEWHERE, answer_problem, known_of
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing

# looked ahead: runs overlap
_NUMBERS = {"member": re.compile(r"(?=(\d{6}))"), "nir": re.compile(r"(?=([12]\d{4}(?:\d\d|2[AB])\d{6}))")}


def password_problem_of(ring: KeyRing, account: Account, password: str) -> str | None:
    """Why its owner can't take that password, in French, or None. As slow as ``password_problem``."""
    names = (account.given_name, account.family_name)
    known = Person(email=account.email, names=names, birth_date=account.birth_date)
    return password_problem(password, known) or (PERSONAL if holds_number(ring, account, password) else None)


def answer_problem_of(ring: KeyRing, account: Account, typed: str) -> str | None:
    """Why its owner can't take that answer, in French, or None."""
    known = known_of(account.given_name, account.family_name, account.birth_date, account.email)
    return answer_problem(typed, known) or (KNOWN_ELSEWHERE if holds_number(ring, account, typed) else None)


def holds_number(ring: KeyRing, account: Account, text: str) -> bool:
    """Whether a number of the owner's is in it, spelled with separators or without."""
    bare = squeezed(text).upper()
    runs = {f"{kind}:{run}" for kind, shape in _NUMBERS.items() for run in shape.findall(bare)}
    known = set(account.number_fingerprints)
    return any(not known.isdisjoint(fingerprints(ring, run)) for run in runs)
