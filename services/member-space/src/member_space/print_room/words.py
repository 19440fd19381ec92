"""Letters in French: their states, what becomes of returned ones, and figures of time."""

from collections.abc import Mapping

from shared.web.french import NBSP

_LETTERS: Mapping[str, str] = {
    "waiting": "En attente d’impression",
    "batched": "À l’imprimerie",
    "posted": "Remise à La Poste",
    "parked": "Non imprimable, mise de côté",
    "spoiled": "Feuille gâchée ou refusée, lettre refaite",
}
_PURPOSES: Mapping[str, str] = {
    "activation": "Activation", "recovery": "Courrier de secours", "canary": "Lettre témoin"
}  # fmt: skip
_ZONES: Mapping[str, str] = {"metropolitan": "France métropolitaine", "overseas": "Outre-mer", "abroad": "Étranger"}
_STEPS: Mapping[str, str] = {
    "waiting": "en attente d’impression",
    "batched": "à l’imprimerie",
    "parked": "non imprimable",
    "posted": "remise à La Poste, le courriel d’annonce manque",
}
"""Where a request stands whose mail has not left."""
_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "recorded": (
        "Retour enregistré",
        "Le mot de passe provisoire n’est plus valable, et la personne en est avertie par un courriel.",
    ),
    "known": ("Déjà enregistré auparavant", "Rien à faire."),
    "repeated": ("Lu deux fois dans cette liste", "Rien à faire."),
    "not-posted": (
        "Courrier qui n’est pas déclaré remis à La Poste",
        "Gardez le pli et prévenez l’exploitation\u00a0: son lot attend encore un compte rendu de l’imprimerie.",
    ),
    "remade": (
        "Feuille gâchée ou refusée à l’imprimerie, qui ne devait pas partir",
        ("Détruisez-la, son mot de passe provisoire n’ouvre rien. La lettre a été refaite pour la même adresse\u00a0: "
        "faites-la vérifier, et prévenez l’exploitation."),
    ),
    "unknown": (
        "Repère inconnu",
        ("Vérifiez que le pli vient de la mutuelle et relisez le repère. S’il est bien lu, le courrier est ancien et n’ouvre "
        "plus rien. Cherchez la personne par son nom et vérifiez son adresse."),
    ),
    "mistyped": ("Repère mal lu", "Scannez-le de nouveau, ou recopiez ses 10\u00a0signes."),
}  # fmt: skip
"""What became of a mark, and what to do."""
_SETTLED = ("recorded", "known", "repeated")
_CANARY_REFUSALS: Mapping[str, str] = {
    "unknown": "Cette lettre témoin n’existe plus. Choisissez-en une autre.",
    "not-posted": "Cette lettre témoin n’était pas encore remise à La Poste ce jour-là. Vérifiez la date de réception.",
    "future": "La date de réception est dans le futur. Vérifiez-la.",
}


def letter_of(state: str) -> str:
    """« À l’imprimerie »."""
    return _LETTERS.get(state, state)


def purpose_of(code: str) -> str:
    """« Courrier de secours »."""
    return _PURPOSES.get(code, code)


def zone_of(code: str) -> str:
    """« Outre-mer »."""
    return _ZONES.get(code, code)


def promise_step_of(code: str) -> str:
    """Where a request stands that waits for its mail."""
    return _STEPS.get(code, code)


def outcome_of(code: str) -> str:
    """What became of a returned mark."""
    return _OUTCOMES[code][0] if code in _OUTCOMES else code


def after_outcome(code: str) -> str:
    """What to do about it."""
    return _OUTCOMES[code][1] if code in _OUTCOMES else "Gardez le pli et prévenez l’exploitation."


def is_settled(code: str) -> bool:
    """Whether nothing is left to do about a returned mark."""
    return code in _SETTLED


def canary_refusal_of(code: str) -> str:
    """Why the receipt of a test letter was not noted."""
    return _CANARY_REFUSALS.get(code, "La réception n’a pas été enregistrée. Réessayez, ou prévenez l’exploitation.")


def duration(seconds: float) -> str:
    """``3 h 05``, ``12 min``: worked time is not told in days, since one has as many hours as it has."""
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours}{NBSP}h{NBSP}{minutes:02d}" if hours else f"{minutes}{NBSP}min"
