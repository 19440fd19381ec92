"""Names as they are compared: without accents, capitals, hyphens and apostrophes, which people type as they please."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


def words_of(*names: str) -> list[str]:
    """``("Zoé", "L’Hénoret-Œuvrard")`` → ``["zoe", "l", "henoret", "oeuvrard"]``."""
    plain = unicodedata.normalize("NFKD", " ".join(names).casefold().translate(_LIGATURES))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", bare)


def beginnings(words: list[str]) -> str:
    """A text search (PostgreSQL's ``to_tsquery``) for names in which every word begins some word."""
    return " & ".join(f"{word}:*" for word in words)
