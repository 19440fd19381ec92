"""The secret question: a fixed list, and how an answer is read (design §5, ``research/identity.md`` §3).

Questions whose answer is in no register and on no social network. The answer is an extra gate, never the only one.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

QUESTIONS = {
    "livre": "Quel est le livre pour enfants que vous préférez\u00a0?",
    "plat": "Quel plat de votre enfance aimeriez-vous retrouver\u00a0?",
    "metier": "Quel métier rêviez-vous de faire à dix ans\u00a0?",
    "jeu": "Quel était votre jeu préféré dans la cour de l’école\u00a0?",
    "odeur": "Quelle odeur vous rappelle votre enfance\u00a0?",
    "film": "Quel film pourriez-vous revoir sans vous lasser\u00a0?",
    "chanson": "Quelle chanson vous redonne le sourire\u00a0?",
    "endroit": "Dans quel endroit imaginaire aimeriez-vous vivre\u00a0?",
}
SHORTEST, LONGEST = 3, 100
"""Characters of the answer as it is compared, and as it is typed."""

TOO_SHORT = f"La réponse doit comporter au moins {SHORTEST} lettres ou chiffres"
TOO_LONG = f"La réponse doit comporter {LONGEST} caractères ou moins"
TOO_EASY = "Choisissez une réponse plus personnelle\u00a0: celle-ci est trop facile à deviner"
KNOWN_ELSEWHERE = (
    "La réponse ne doit être ni votre nom, ni votre numéro, ni votre date de naissance, ni votre adresse électronique, "
    "ni votre mot de passe"
)

_EASY = frozenset(
    [
        "aucun",
        "aucune",
        "rien",
        "non",
        "oui",
        "test",
        "essai",
        "azerty",
        "qwerty",
        "123",
        "1234",
        "12345",
        "123456",
        "abc",
        "reponse",
        "ma reponse",
        "secret",
        "motdepasse",
        "mot de passe",
        "bonjour",
        "je ne sais pas",
        "je sais pas",
        "inconnu",
    ]
)


def normal_answer(typed: str) -> str:
    """The answer as it is hashed and compared: NFKC, case, accents, punctuation and double spaces forgiven."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", typed).casefold())
    kept = "".join(sign if sign.isalnum() else " " for sign in decomposed if not unicodedata.combining(sign))
    return re.sub(r" +", " ", kept).strip()


def answer_problem(typed: str, known_elsewhere: Iterable[str] = ()) -> str | None:
    """Why an answer is refused, in French, or None. ``known_elsewhere``: name, number, address, password…"""
    answer = normal_answer(typed)
    if len(typed) > LONGEST:
        return TOO_LONG
    if len(answer.replace(" ", "")) < SHORTEST:
        return TOO_SHORT
    if answer in _EASY or len(set(answer)) == 1:
        return TOO_EASY
    squeezed = answer.replace(" ", "")
    if squeezed in {normal_answer(other).replace(" ", "") for other in known_elsewhere}:
        return KNOWN_ELSEWHERE
    return None


def known_of(given_name: str, family_name: str, born: date, email: str) -> list[str]:
    """What others may know of a person, and no answer may be."""
    given, family = given_name, family_name
    dates = [born.strftime(pattern) for pattern in ("%d%m%Y", "%d%m%y", "%Y%m%d", "%Y")]
    return [given, family, given + family, family + given, *dates, email, email.partition("@")[0]]
