"""Whether what was typed is a person of the register: birth date, postcode and name (design §1, ``ui.md`` §4.1).

The number has been matched before, by fingerprint. Names are compared without case, accents, hyphens, apostrophes,
spaces and ligatures, to the family name and to the birth name.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

# letters that Unicode does not take apart
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"})


@dataclass(frozen=True)
class Claim:
    """What a person says of themselves."""

    family_name: str
    birth_date: date
    postcode: str


class Known(Protocol):
    """What the register says of a person."""

    family_name: str
    birth_name: str
    birth_date: date
    postcode: str


KnownKind = TypeVar("KnownKind", bound=Known)


def name_key(name: str) -> str:
    """Lower-case letters and digits of a name, without accents; empty when it has none."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(sign for sign in decomposed.translate(_LETTERS) if sign.isalnum())


def matches(claim: Claim, known: Known) -> bool:
    """Whether everything agrees; an empty name agrees with nothing."""
    typed = name_key(claim.family_name)
    names = {name_key(known.family_name), name_key(known.birth_name)}
    return typed != "" and typed in names and claim.birth_date == known.birth_date and claim.postcode == known.postcode


def find_person(claim: Claim, same_number: Iterable[KnownKind]) -> KnownKind | None:
    """The one person of that number who matches. Two (twins on a parent's number) are as good as none: a letter must
    not go to a guess."""
    found = [known for known in same_number if matches(claim, known)]
    return found[0] if len(found) == 1 else None
