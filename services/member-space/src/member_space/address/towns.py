"""French postcodes and their towns, as this package ships them (``make_communes.py`` writes the list)."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from shared.contracts.postal_town import cedex

_SAINT = re.compile(r"\b(ST|STE)\b")
_APART = re.compile(r"[\s'’‘ʼ()./,\u2010-\u2015-]+")
_ARRONDISSEMENT = re.compile(r" \d{1,2}(E|ER|EME)? ARRONDISSEMENT$")


def towns_of(postcode: str) -> tuple[str, ...]:
    """The towns of a postcode; none when no commune has it. CEDEX codes are La Poste's own and are not in the list."""
    return tuple(_towns().get(postcode, ()))


def on_envelope(postcode: str, typed: str) -> str:
    """What is printed beside the postcode of the town that is meant, in capitals; empty when the postcode has none such.

    Case, accents, hyphens and « St » are one's own business. A town that shares its name with another one elsewhere, « Bors
    (Canton de Charente-Sud) », is known by that name alone, too.
    """
    return _meant(postcode).get(_key(typed), "")


def is_cedex(typed: str) -> bool:
    """``Bordeaux Cedex 2``: an organisation's postcode."""
    return bool(cedex(typed))


def in_france(postcode: str) -> bool:
    """Whether a postcode begins as those of a *département* or territory do."""
    return _department(postcode) in _departments()


@cache
def _meant(postcode: str) -> dict[str, str]:
    """What may be typed, as ``_key`` makes it → what is printed. A whole name goes before La Poste's, a shared one is last."""
    towns = [(name, label.upper()) for name, label in reversed(_towns().get(postcode, {}).items())]
    shared = {_key(name.partition(" (")[0]): label for name, label in towns}
    return shared | {_key(label): label for _, label in towns} | {_key(name): label for name, label in towns}


def _key(text: str) -> str:
    """Letters, digits and single spaces; whatever sign has no such form stays, and so equals no town."""
    spelt = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    plain = "".join(sign for sign in spelt if not unicodedata.combining(sign))
    words = _APART.sub(" ", plain.upper()).strip()
    words = _SAINT.sub(lambda found: "SAINTE" if found[1] == "STE" else "SAINT", words)
    return _ARRONDISSEMENT.sub("", words)


def _department(postcode: str) -> str:
    return postcode[: 3 if postcode.startswith(("97", "98")) else 2]


@cache
def _departments() -> frozenset[str]:
    return frozenset(map(_department, _towns()))


@cache
def _towns() -> dict[str, dict[str, str]]:
    """Postcode → town → what is printed: La Poste's own name where the list gives one."""
    text = files("member_space").joinpath("address/communes.csv").read_text(encoding="utf-8")
    rows = (line.split(";") for line in text.splitlines())
    return {
        code: {name: label or name for name, _, label in (town.partition("=") for town in towns)}
        for code, *towns in rows
    }
