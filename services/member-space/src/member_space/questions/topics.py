"""What a question can be about. The list is the mutual's own: the setting ``QUESTION_TOPICS`` replaces it."""

from collections.abc import Mapping

TOPICS: Mapping[str, str] = {
    "remboursement": "Un remboursement",
    "contrat": "Mon contrat et mes garanties",
    "document": "Une carte ou une attestation",
    "situation": "Mon adresse ou ma situation",
    "espace": "L’utilisation de l’espace",
    "autre": "Un autre sujet",
}
"""Key, kept with the question → words, in the order of the page."""


def in_words(topics: Mapping[str, str], key: str) -> str:
    """The topic as people read it, also of one that was taken off the list since."""
    return topics.get(key, "Un autre sujet")
