"""The two numbers by which a person is known: member number and NIR (social-security number).

Both are checked and put in one canonical form before anything else sees them; what is kept is a keyed fingerprint.
Sources: design §5; NIR: INSEE's structure, key 97 - (n mod 97), python-stdnum; semantic checks ``research/identity.md`` §6.
"""

import re
from enum import StrEnum

from stdnum.fr import nir as stdnum_nir


class Situation(StrEnum):
    """How the person is attached: member of MCV PAP, or only insured by social-security centre 602."""

    MEMBER = "adherent"
    INSURED = "assure"


class NumberError(ValueError):
    """A number that cannot exist. ``code`` says why, for the caller to put into words."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


_IGNORED = re.compile(r"[\s\u00a0\u202f.\-\u2010-\u2015/]")
_NIR_SHAPE = re.compile(r"([12])(\d\d)(\d\d)(\d\d|2[AB])(\d{3})(\d{3})(\d\d)?")
# 01-12; 20-42 and 50-99 stand for an incomplete birth record
_MONTHS = {*range(1, 13), *range(20, 43), *range(50, 100)}


def _bare(typed: str) -> str:
    return _IGNORED.sub("", typed).upper()


def canonical_member_number(typed: str) -> str:
    """The 6 digits of a member number.

    Raises:
        NumberError: ``length`` or ``digits``.
    """
    number = _bare(typed)
    if not (number.isascii() and number.isdigit()):
        raise NumberError("digits")
    if len(number) != 6:
        raise NumberError("length")
    return number


def canonical_nir(typed: str) -> str:
    """The 13 characters of an NIR typed with 13 or 15 characters (the key is checked when it is there).

    Raises:
        NumberError: ``length``, ``shape``, ``month``, ``department``, ``key``.
    """
    number = _bare(typed)
    if len(number) not in {13, 15}:
        raise NumberError("length")
    parts = _NIR_SHAPE.fullmatch(number) if number.isascii() else None
    if parts is None:
        raise NumberError("shape")
    if int(parts[3]) not in _MONTHS:
        raise NumberError("month")
    if parts[4] == "00" or parts[5] == "000" or parts[6] == "000":
        raise NumberError("department" if parts[4] == "00" else "shape")
    key = stdnum_nir.calc_check_digits(number[:13])
    if parts[7] is not None and parts[7] != key:
        raise NumberError("key")
    return number[:13]


def is_like_nir(typed: str) -> bool:
    """Whether a text has the form of an NIR, be it one that exists or not."""
    number = _bare(typed)
    return number.isascii() and _NIR_SHAPE.fullmatch(number) is not None


def canonical_number(situation: Situation, typed: str) -> str:
    """The canonical number for a situation, prefixed by its kind so that the two never share a fingerprint.

    Raises:
        NumberError: see ``canonical_member_number`` and ``canonical_nir``.
    """
    if situation is Situation.MEMBER:
        return f"member:{canonical_member_number(typed)}"
    return f"nir:{canonical_nir(typed)}"
