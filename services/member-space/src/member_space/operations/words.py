"""What operations read of dead letters, in French. A reason is our services' own English: its kind is told, and itself."""

import re
from datetime import timedelta

from shared.messaging.dead_letters.journal import Entry
from shared.web.french import NBSP

_KINDS = (
    ("undecodable", "Illisible pour cette version"),
    ("permanent", "Refusé par une règle du service"),
    ("unexpected", "Panne inattendue du programme"),
    ("failed ", "Échec répété"),
    ("given up by the broker", "Abandonné par le courtier de messages"),
)
_ACTS = {
    ("replay", "begun"): "Rejeu commencé, peut-être fait",
    ("replay", "done"): "Rejoué",
    ("replay", "refused"): "Rejeu refusé par le courtier de messages",
    ("drop", "begun"): "Suppression commencée, peut-être faite",
    ("drop", "done"): "Supprimé",
    ("drop", "refused"): "Suppression refusée par le courtier de messages",
}
_MASKED = {"characters": "caractères", "object": "objet", "boolean": "booléen", "number": "nombre"}


def kind_of(reason: str) -> str:
    """The kind of failure that a reason begins with."""
    return next((words for start, words in _KINDS if reason.startswith(start)), "Motif inconnu")


def masked(value: str) -> str:
    """``••• (12 characters)`` → ``••• (12 caractères)``; what is not masked stays."""
    value = re.sub(r"(?<=••• \()(\d+ )?(\w+)(?=\))", lambda m: f"{m[1] or ''}{_MASKED.get(m[2], m[2])}", value)
    value = re.sub(r"and (\d+) more$", r"et \1 autres", value)
    return {"(none)": "(aucun)", "(empty)": "(vide)", "null": "(absent)"}.get(value, value)


def act_of(entry: Entry) -> str:
    """« Rejoué », « Suppression refusée »: an act of the journal and how it ended."""
    return _ACTS[entry.action, entry.state]


def author_of(entry: Entry) -> str:
    """The name, without the id that follows it for those who must tell two of one name apart."""
    return re.sub(r" \([0-9a-f-]{36}\)$", "", entry.who)


def age(seconds: float) -> str:
    """``3 min``, ``2 h``, ``5 j``."""
    whole = timedelta(seconds=max(0, int(seconds)))
    if whole.days:
        return f"{whole.days}{NBSP}j"
    hours, minutes = divmod(whole.seconds // 60, 60)
    return f"{hours}{NBSP}h" if hours else f"{minutes}{NBSP}min" if minutes else f"{whole.seconds}{NBSP}s"
