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


class Action(Enum):
    """One kind of act; its name in small letters is what the journal keeps."""

    SEE_HOME = Rule("a ouvert l’accueil de l’espace")
    SEE_REIMBURSEMENTS = Rule("a consulté les remboursements", Scope.REIMBURSEMENTS)
    SEE_STATEMENT = Rule("a consulté le détail d’un décompte", Scope.REIMBURSEMENTS)
    SEE_TOTALS = Rule("a consulté les totaux des remboursements", Scope.REIMBURSEMENTS)
    DOWNLOAD_REIMBURSEMENTS = Rule("a téléchargé les remboursements", Scope.REIMBURSEMENTS)
    SEE_GUARANTEES = Rule("a consulté le tableau des garanties", Scope.DOCUMENTS)
    MAKE_DOCUMENT = Rule("a téléchargé une carte ou une attestation", Scope.DOCUMENTS)
    SEE_PROFILE = Rule("a consulté le profil")
    EXPORT_DATA = Rule("a exporté les données de l’espace", reads=False)
    SEE_CLOSURE = Rule("a consulté la page de clôture du compte")
    # noted by profile/closure.py when it is done: a form that is shown again has done nothing
    REQUEST_CLOSURE = Rule("a demandé la clôture du compte")
    WITHDRAW_CLOSURE = Rule("a annulé la demande de clôture du compte")
    SEE_API = Rule("a consulté la description de l’interface de programmation")

    @property
    def key(self) -> str:
        """``see_reimbursements``."""
        return self.name.lower()

    @property
    def rule(self) -> Rule:
        """Who may."""
        return self.value
