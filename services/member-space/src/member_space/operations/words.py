"""What operations read of dead letters, in French. A reason is our services' own English: its kind is told, and itself."""

import re
from datetime import timedelta

from shared.messaging.dead_letters.journal import Entry
from shared.messaging.dead_letters.settling import Outcome
from shared.messaging.topology import RETRY_TIERS
from shared.web.french import NBSP

_KINDS = (
    ("undecodable", "Illisible pour cette version"),
    ("permanent", "Refusé par une règle du service"),
    ("unexpected", "Panne inattendue du programme"),
    ("failed ", "Échec répété"),
    ("given up by the broker", "Abandonné par le courtier de messages"),
)
_LOOK = ". Voyez la page «\u00a0Courriers\u00a0», et «\u00a0The print room\u00a0» dans docs/operations.md."
_ALERTS = {
    "guessing-over-many-accounts": "Au cours des 10\u00a0dernières minutes, des mots de passe ou des codes ont été essayés "
    "sur de nombreux comptes. "
    "Chaque compte reste protégé par ses propres limites\u00a0: suivez «\u00a0Guessing over many accounts\u00a0» dans "
    "docs/operations.md.",
    "letters-promise-broken": f"Des demandes de courrier ont dépassé les 24\u00a0heures promises{_LOOK}",
    "letters-promise-near": f"Des demandes de courrier approchent des 24\u00a0heures promises{_LOOK}",
    "letters-count-doubt": f"Les comptes d’un lot de courriers ne concordent pas avec ceux de l’imprimerie{_LOOK}",
    "letters-batch-overdue": f"Un lot de courriers n’est pas pris en charge, ou pas remis à La Poste, à temps{_LOOK}",
    "letters-canary-missing": f"Une lettre témoin n’est pas arrivée à temps{_LOOK}",
}
_ACTS = {
    ("replay", "begun"): "Rejeu commencé, peut-être fait",
    ("replay", "done"): "Rejoué",
    ("replay", "refused"): "Rejeu refusé",
    ("drop", "begun"): "Suppression commencée, peut-être faite",
    ("drop", "done"): "Supprimé",
    ("drop", "refused"): "Suppression refusée",
}
_MASKED = {"characters": "caractères", "object": "objet", "boolean": "booléen", "number": "nombre"}


def told_of(act: str, outcome: Outcome) -> str:
    """What became of messages, in sentences: how many, and why others are still there."""
    verb = {"replay": "rejoué", "drop": "supprimé"}[act]
    done, foreign, unrouted = outcome.done, outcome.foreign, outcome.refused - outcome.foreign
    told = [f"{_messages(done)} {verb}{_s(done)}." if done else f"Aucun message {verb}."]
    if foreign:
        told.append(
            f"{_messages(foreign)} d’un autre service\u00a0: toujours en échec. Un rejeu n’y change rien\u00a0; lisez-"
            f"{'les' if foreign > 1 else 'le'}, puis supprimez-{'les' if foreign > 1 else 'le'}."
        )
    if unrouted:
        told.append(
            f"{_messages(unrouted)} sans file où retourner, selon le courtier de messages\u00a0: toujours en échec."
        )
    if outcome.missing:
        told.append(f"{_messages(outcome.missing)} n’étai{'en' if outcome.missing > 1 else ''}t plus là.")
    return " ".join(told)


def _messages(number: int) -> str:
    return f"{number} message{_s(number)}"


def _s(number: int) -> str:
    return "s" if number > 1 else ""


def alert_of(code: str) -> str:
    """What a service warns of; a code of a later version as it is."""
    return _ALERTS.get(code, f"Alerte inconnue de cette version\u00a0: {code[:60]}")


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


def tier_of(name: str) -> str:
    """``10s`` → « 10 s »."""
    return age(RETRY_TIERS[name] / 1000) if name in RETRY_TIERS else name


def age(seconds: float) -> str:
    """``3 min``, ``2 h``, ``5 j``."""
    whole = timedelta(seconds=max(0, int(seconds)))
    if whole.days:
        return f"{whole.days}{NBSP}j"
    hours, minutes = divmod(whole.seconds // 60, 60)
    return f"{hours}{NBSP}h" if hours else f"{minutes}{NBSP}min" if minutes else f"{whole.seconds}{NBSP}s"
