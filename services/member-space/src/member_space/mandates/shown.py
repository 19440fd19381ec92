"""A mandate as its pages show it, to the grantor or to the delegate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from member_space.access.scopes import Scope
from member_space.journal.queries import full_name
from member_space.mandates.models import Mandate
from member_space.mandates.rules import State, scopes_of, state_of
from member_space.spaces.models import Space

STATES = {
    State.INVITED: "Invitation envoyée",
    State.ACTIVE: "En cours",
    State.EXPIRED: "Invitation restée sans réponse",
    State.ENDED: "Terminé",
    State.OVER: "Terminé",
}
"""In words."""


@dataclass(frozen=True)
class Shown:
    """``grantor`` is None when it is the reader."""

    mandate: Mandate
    state: State
    grantor: Space | None

    @property
    def name(self) -> str:
        """Of the other side."""
        return full_name(self.grantor or self.mandate)

    @property
    def state_words(self) -> str:
        """What has become of it."""
        return STATES[self.state]

    @property
    def scopes(self) -> Sequence[Scope]:
        """In the order of the form."""
        held = scopes_of(self.mandate)
        return [scope for scope in Scope if scope in held]

    @property
    def space(self) -> str:
        """Address of the space that it opens."""
        return f"/espace/pour/{self.mandate.id}/"


def shown(mandate: Mandate, now: datetime, grantor: Space | None = None) -> Shown:
    """As it is now; ``grantor`` for the delegate."""
    return Shown(mandate, state_of(mandate, now), grantor)
