"""French postcodes and their towns, as this package ships them (``make_communes.py`` writes the list)."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

_SAINT = re.compile(r"\b(ST|STE)\b")


def towns_of(postcode: str) -> tuple[str, ...]:
    """The towns of a postcode; none when no commune has it. CEDEX codes are La Poste's own and are not in the list."""
    return _towns().get(postcode, ())


def same_town(typed: str, name: str) -> bool:
    """Whether somebody who typed this means that commune: case, accents, hyphens and « St » are one's own business."""
    return _key(typed) == _key(name)


def is_cedex(typed: str) -> bool:
    """``Bordeaux Cedex 2``: an organisation's postcode."""
    return re.search(r"\bCEDEX\b", _key(typed)) is not None


def _key(text: str) -> str:
    spelt = text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'")
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Z0-9]+", " ", plain.upper()).strip()
    words = _SAINT.sub(lambda found: "SAINTE" if found[1] == "STE" else "SAINT", words)
    return re.sub(r" \d{1,2}(E|ER|EME)? ARRONDISSEMENT$", "", words)


@cache
def _towns() -> dict[str, tuple[str, ...]]:
    text = files("member_space").joinpath("address/communes.csv").read_text(encoding="utf-8")
    rows = (line.split(";") for line in text.splitlines())
    return {code: tuple(towns) for code, *towns in rows}
