"""What the desk's navigation leads to; each entry is shown to the roles that may open it."""

from dataclasses import dataclass

from shared.security.assertions import Role


@dataclass(frozen=True)
class Entry:
    """``path`` is that of a page of the desk; ``roles`` are those that its route declares."""

    path: str
    label: str
    roles: frozenset[Role]


_FOR_CONSEILLERS = frozenset({Role.CONSEILLER, Role.RESPONSABLE})

NAVIGATION = (
    Entry("/gestion/", "Accueil", frozenset(Role)),
    Entry("/gestion/personnes", "Personnes", _FOR_CONSEILLERS),
    Entry("/gestion/demandes", "Demandes", _FOR_CONSEILLERS),
    Entry("/gestion/questions", "Questions", _FOR_CONSEILLERS),
    Entry("/gestion/courriers", "Courriers", frozenset(Role)),
    Entry("/gestion/exploitation", "Exploitation", frozenset({Role.EXPLOITATION})),
)
"""In the order of the page. A part of the desk adds its entries here."""


def entries_for(role: Role) -> tuple[Entry, ...]:
    """What somebody of that role may open."""
    return tuple(entry for entry in NAVIGATION if role in entry.roles)
