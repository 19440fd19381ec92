"""What somebody at the desk may have typed into the one field of the search."""

import re
from dataclasses import dataclass
from uuid import UUID

from member_space.persons.names import words_of
from shared.contracts.person_number import NumberError, Situation, canonical_number, is_like_nir

LONGEST = 100
_CODE = re.compile(r"(?=.*[\d-])[A-Z0-9-]{4,40}")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Typed:
    """Everything that it may be: « 123456 » is a member number, and may be a contract's, too."""

    id: UUID | None = None
    """Of a request, a letter, a question…"""
    code: str = ""
    """A reference, the number of a contract, the serial of a batch; in capitals."""
    number: tuple[Situation, str] | None = None
    """Member number or NIR, as typed: for ``registration`` alone, never kept, never written anywhere."""
    words: tuple[str, ...] = ()
    """Of a name, as ``names.words_of`` gives them."""
    mistyped: bool = False
    """A NIR with a mistake in it: still somebody's, perhaps, and no reference to ask anybody for."""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.id or self.code or self.number or self.words)


def read(text: str) -> Typed:
    """What a text may mean."""
    text = text.strip()
    found = _uuid(text)
    if found is not None:
        return Typed(id=found)
    number = _number(text)
    if number is not None and number[0] is Situation.INSURED:
        return Typed(number=number)
    if is_like_nir(text):
        return Typed(mistyped=True)
    code = text.upper().replace(" ", "")
    words = () if _DIGIT.search(text) else tuple(words_of(text))
    return Typed(code=code if _CODE.fullmatch(code) else "", number=number, words=words)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> tuple[Situation, str] | None:
    for situation in Situation:
        try:
            canonical_number(situation, text)
        except NumberError:
            continue
        return situation, text
    return None
