"""What a question can be about. The list is the mutual's own: the setting ``QUESTION_TOPICS`` replaces it."""

import re

TOPICS = (
    "remboursement=Un remboursement|contrat=Mon contrat et mes garanties|document=Une carte ou une attestation"
    "|situation=Mon adresse ou ma situation|espace=L’utilisation de l’espace|autre=Un autre sujet"
)
"""As the setting is written: key, kept with the question, and words, in the order of the page."""
_TOPIC = re.compile(r"\s*([a-z0-9]+(?:-[a-z0-9]+)*)\s*=\s*(\S.*?)\s*")
_KEY_LIMIT, _WORDS_LIMIT = 40, 80


def parse(text: str) -> dict[str, str]:
    """Key → words of ``key=words|key=words``.

    Raises:
        ValueError: not of that form, a key twice, more than 40 characters in a key or 80 in words.
    """
    found: dict[str, str] = {}
    for part in text.split("|"):
        topic = _TOPIC.fullmatch(part)
        if topic is None or topic[1] in found or len(topic[1]) > _KEY_LIMIT or len(topic[2]) > _WORDS_LIMIT:
            raise ValueError("topics are written key=words|key=words")
        found[topic[1]] = topic[2]
    return found
