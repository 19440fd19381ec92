"""Which changes of situation can be reported."""

from collections.abc import Mapping

OFFERED = {
    "disponibilite": "Mise en disponibilité",
    "conge-parental": "Congé parental",
    "retraite": "Passage à la retraite",
}
"""Key → words: those that the guide names."""


def situations(more: str) -> Mapping[str, str]:
    """Those of the guide, then the ones of a setting ``key:words;key:words``, in their order.

    Raises:
        ValueError: an entry without key or words.
    """
    pairs = [part.partition(":") for part in more.split(";") if part.strip()]
    if any(not key.strip() or not words.strip() for key, _, words in pairs):
        raise ValueError("situations are written key:words, separated by « ; »")
    return OFFERED | {key.strip(): words.strip() for key, _, words in pairs}
