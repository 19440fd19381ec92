"""Everything that can be done in a space: by which scope a delegate may, and how the journal tells it.

This is the whole of the authorisation of ``/espace``: a route names its action, and ``space_visit`` does the rest.
"""

from dataclasses import dataclass
from enum import Enum

from member_space.access.scopes import Scope


@dataclass(frozen=True)
class Rule:
    """``scope`` None: only the person, never a delegate. ``words`` follow a name in the journal: « … a consulté … »."""

    words: str
    scope: Scope | None = None
    reads: bool = True
    """Only shows: in one's own space it leaves no line in the journal."""
    any_scope: bool = False
    """A delegate may, whatever they may do else."""
    noted_by_route: bool = False
    """An act that the route notes when it is done: a form that comes back with mistakes has done nothing."""

    def allows(self, scopes: frozenset[Scope]) -> bool:
        """Whether a delegate with these may."""
        return bool(scopes) if self.any_scope else self.scope in scopes


class Action(Enum):
    """One kind of act; its name in small letters is what the journal keeps."""

    SEE_HOME = Rule("a ouvert l’accueil de l’espace")
    SEE_REIMBURSEMENTS = Rule("a consulté les remboursements", Scope.REIMBURSEMENTS)
    SEE_STATEMENT = Rule("a consulté le détail d’un décompte", Scope.REIMBURSEMENTS)
    SEE_TOTALS = Rule("a consulté les totaux des remboursements", Scope.REIMBURSEMENTS)
    DOWNLOAD_REIMBURSEMENTS = Rule("a téléchargé les remboursements", Scope.REIMBURSEMENTS)
    SEE_GUARANTEES = Rule("a consulté le tableau des garanties", Scope.DOCUMENTS)
    ENTER = Rule("a ouvert l’espace", any_scope=True)
    SEE_MANDATES = Rule("a ouvert la rubrique Déléguer")
    SEE_MANDATE = Rule("a ouvert le détail d’une délégation")
    DOWNLOAD_MANDATE = Rule("a téléchargé l’attestation d’une délégation")
    PREPARE_MANDATE = Rule("a préparé une invitation")
    MAKE_MANDATE = Rule("a invité une personne à accéder à l’espace", reads=False, noted_by_route=True)
    END_MANDATE = Rule("a mis fin à un accès délégué", reads=False, noted_by_route=True)
    SEE_INVITATION = Rule("a ouvert une invitation")
    ACCEPT_MANDATE = Rule("a accepté d’accéder à l’espace", reads=False, noted_by_route=True)
    DECLINE_MANDATE = Rule("a refusé d’accéder à l’espace", reads=False, noted_by_route=True)
    SEE_JOURNAL = Rule("a ouvert le journal de l’espace")

    @property
    def key(self) -> str:
        """``see_reimbursements``."""
        return self.name.lower()

    @property
    def rule(self) -> Rule:
        """Who may."""
        return self.value
