"""What the desk's navigation leads to; each entry is shown to the roles that may open it."""

from dataclasses import dataclass

from shared.security.assertions import Role


@dataclass(frozen=True)
class Entry:
    """``path`` is that of a page of the desk; ``roles`` are those that its route declares."""

    path: str
    label: str
    roles: frozenset[Role]


_ANSWERS_MEMBERS = frozenset({Role.CONSEILLER, Role.RESPONSABLE})

NAVIGATION = (
    Entry("/gestion/", "Accueil", frozenset(Role)),
    Entry("/gestion/questions", "Questions", _ANSWERS_MEMBERS),
)
"""In the order of the page. A part of the desk adds its entries here."""


def entries_for(role: Role) -> tuple[Entry, ...]:
    """What somebody of that role may open."""
    return tuple(entry for entry in NAVIGATION if role in entry.roles)
