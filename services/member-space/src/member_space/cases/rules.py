"""Kinds and states of cases, and what may become of one."""

import secrets
from datetime import date
from enum import StrEnum

from member_space.cases.models import Case
from shared.contracts.provisional_password import ALPHABET

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
DAILY_LIMIT = 20
"""Cases of one person in 24 hours: a form that a script fills in must not bury the desk."""
AVAILABLE_DAYS = 90
"""For which a document that the desk made can be fetched."""


def new_reference(kind: Kind) -> str:
    """``D-7K3M-2Q9X``, of symbols that are not mixed up when read aloud."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS))
    return f"{LETTERS[kind]}-{drawn[:4]}-{drawn[4:]}"


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


def case_state(case: Case, today: date) -> str:
    """``state_words`` of a case."""
    return state_words(Kind(case.kind), State(case.state), case.available_until, today)
