"""Kinds and states of cases, and what may become of one."""

import re
import secrets
from datetime import date, datetime
from enum import StrEnum

from member_space.cases.models import Case
from member_space.spaces.freezing import was_in_other_hands
from shared.contracts.provisional_password import ALPHABET
from shared.web.french import date_fr, nbsp

SYMBOLS = 8
"""Of a reference: 40 bits, so that none is guessed and two never meet (the table refuses it besides)."""


class Kind(StrEnum):
    """What a case is about."""

    DOCUMENT = "document"
    ADDRESS = "address"
    SITUATION = "situation"


class State(StrEnum):
    """Where a case is."""

    FILED = "filed"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"


LETTERS = {Kind.DOCUMENT: "D", Kind.ADDRESS: "A", Kind.SITUATION: "S"}
KIND_WORDS = {
    Kind.DOCUMENT: "Demande de document",
    Kind.ADDRESS: "Changement d’adresse",
    Kind.SITUATION: "Changement de situation",
}
REASONS = {
    "proof-missing": "Il manque un justificatif",
    "proof-unreadable": "Le justificatif n’est pas lisible",
    "does-not-match": "Les informations ne correspondent pas à votre dossier",
    "not-issued-here": "Ce document n’est pas délivré par nos services",
    "already-done": "Ce changement est déjà enregistré",
    "other": "Autre motif, précisé ci-dessous",
}
"""Key (which events carry) → what the member reads."""
_OF_DOCUMENTS = ("does-not-match", "not-issued-here", "other")
_OF_REPORTS = ("proof-missing", "proof-unreadable", "does-not-match", "already-done", "other")
DAILY_LIMIT = 20
"""Cases of one person in a space in 24 hours: a form that a script fills in must not bury the desk."""
AVAILABLE_DAYS = 90
"""For which a document that the desk made can be fetched."""


def new_reference(kind: Kind) -> str:
    """``D-7K3M-2Q9X``, of symbols that are not mixed up when read aloud."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS))
    return f"{LETTERS[kind]}-{drawn[:4]}-{drawn[4:]}"


def is_reference(kind: Kind, text: str) -> bool:
    """Whether a text is one of that kind at all, before the database is asked."""
    return re.fullmatch(f"{LETTERS[kind]}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", text) is not None


def state_words(kind: Kind, state: State, available_until: date | None, today: date) -> str:
    """The state as the member reads it."""
    if state is State.DONE and kind is Kind.DOCUMENT:
        return "Expiré" if available_until is not None and available_until < today else "Disponible"
    return {
        State.FILED: "En préparation" if kind is Kind.DOCUMENT else "Reçu, à l’étude",
        State.TAKEN: "En préparation" if kind is Kind.DOCUMENT else "À l’étude",
        State.DONE: "Accepté",
        State.REFUSED: "Refusé",
    }[state]


def reasons_for(kind: Kind) -> dict[str, str]:
    """Those of ``REASONS`` for which a case of that kind may be refused."""
    return {key: REASONS[key] for key in (_OF_DOCUMENTS if kind is Kind.DOCUMENT else _OF_REPORTS)}


def acceptable_from(case: Case) -> date | None:
    """The first day on which it can be accepted; None when that is any day."""
    return date.fromisoformat(case.details["since"]) if case.kind == Kind.ADDRESS else None


def hindrance(case: Case, closed: bool, frozen_at: datetime | None, newer: str, today: date) -> str:
    """Why a case can't be accepted today, in words for the desk; empty when it can.

    ``closed``: the person's space is. ``frozen_at``: when its account last was, if ever. ``newer``: reference of a report that
    takes its place (``queries.newer_address``).
    """
    if closed:
        return (
            "L’espace de cette personne est clos\u00a0: elle n’y lira aucune réponse, et ne reçoit plus de courriel à ce "
            "sujet. Répondez-lui par courrier s’il y a lieu, puis refusez la demande pour la retirer de la liste."
        )
    if case.kind == Kind.ADDRESS and was_in_other_hands(case.filed_at, frozen_at):
        return (
            "Depuis ce signalement, cette personne a signalé que quelqu’un d’autre utilisait son compte\u00a0: l’accepter "
            "enverrait peut-être à un inconnu le courrier qui rouvre le compte. Refusez-le\u00a0: une fois son compte rouvert, "
            "la personne pourra signaler de nouveau son adresse."
        )
    if newer:
        return (
            f"Un signalement plus récent de cette personne, {newer}, vaut déjà\u00a0: accepter celui-ci enverrait nos "
            "courriers à une adresse qu’elle a remplacée depuis. Refusez-le, en lui disant pourquoi."
        )
    since = acceptable_from(case)
    if since is None or since <= today:
        return ""
    return (
        f"Ce changement vaut à partir du {nbsp(date_fr(since))}. L’accepter enverrait dès maintenant nos courriers à la "
        "nouvelle adresse\u00a0: vous pourrez l’accepter à partir de ce jour."
    )


def case_state(case: Case, today: date) -> str:
    """``state_words`` of a case."""
    return state_words(Kind(case.kind), State(case.state), case.available_until, today)
