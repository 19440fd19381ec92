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
    """Only shows: a delegate's reading is noted, one's own is not. An act is noted by who does it (``SpaceVisit.done``)."""
    any_scope: bool = False
    """A delegate may, whatever they may do else."""

    def allows(self, scopes: frozenset[Scope]) -> bool:
        """Whether a delegate with these may."""
        return bool(scopes) if self.any_scope else self.scope in scopes


class Action(Enum):
    """One kind of act; its name in small letters is what the journal keeps."""

    SEE_HOME = Rule("a ouvert l’accueil de l’espace")
    SEE_REIMBURSEMENTS = Rule("a consulté les remboursements", Scope.REIMBURSEMENTS)
    SEE_STATEMENT = Rule("a consulté le détail d’un décompte", Scope.REIMBURSEMENTS)
    SEE_TOTALS = Rule("a consulté les totaux des remboursements", Scope.REIMBURSEMENTS)
    DOWNLOAD_REIMBURSEMENTS = Rule("a lancé le téléchargement des remboursements", Scope.REIMBURSEMENTS)
    SEE_GUARANTEES = Rule("a consulté le tableau des garanties", Scope.DOCUMENTS)
    SEE_DOCUMENTS = Rule("a consulté les demandes de documents", Scope.DOCUMENTS)
    DOWNLOAD_DOCUMENT = Rule("a téléchargé un document", Scope.DOCUMENTS)
    ASK_DOCUMENT = Rule("a demandé un document", Scope.DOCUMENTS, reads=False)
    SEE_REPORTS = Rule("a consulté les changements signalés")
    REPORT = Rule("a signalé un changement", reads=False)
    SEE_QUESTIONS = Rule("a consulté la liste des questions", Scope.MESSAGES)
    SEE_QUESTION_FORM = Rule("a ouvert le formulaire d’une question", Scope.MESSAGES)
    SEE_QUESTION = Rule("a lu une question et ses réponses", Scope.MESSAGES)
    DOWNLOAD_ATTACHMENT = Rule("a téléchargé une pièce jointe d’une question", Scope.MESSAGES)
    ASK = Rule("a posé une question", Scope.MESSAGES, reads=False)
    REPLY = Rule("a écrit de nouveau au sujet d’une question", Scope.MESSAGES, reads=False)
    MAKE_DOCUMENT = Rule("a lancé le téléchargement d’une carte ou d’une attestation", Scope.DOCUMENTS)
    SEE_PROFILE = Rule("a consulté le profil")
    EXPORT_DATA = Rule("a exporté les données de l’espace", reads=False)
    SEE_CLOSURE = Rule("a consulté la page de clôture du compte")
    REQUEST_CLOSURE = Rule("a demandé la clôture du compte", reads=False)
    WITHDRAW_CLOSURE = Rule("a annulé la demande de clôture du compte", reads=False)
    LOSE_CLOSURE = Rule("a annulé la demande de clôture du compte en le bloquant ou en le rouvrant", reads=False)
    SEE_API = Rule("a consulté la description de l’interface de programmation")
    ENTER = Rule("a ouvert l’espace", any_scope=True)
    SEE_MANDATES = Rule("a ouvert la rubrique Déléguer")
    SEE_MANDATE = Rule("a ouvert le détail d’une délégation")
    DOWNLOAD_MANDATE = Rule("a téléchargé l’attestation d’une délégation")
    PREPARE_MANDATE = Rule("a préparé une invitation")
    MAKE_MANDATE = Rule("a invité une personne à accéder à l’espace", reads=False)
    END_MANDATE = Rule("a mis fin à un accès délégué", reads=False)
    LOSE_MANDATE = Rule("a mis fin à un accès délégué en bloquant le compte", reads=False)
    SEE_INVITATION = Rule("a ouvert une invitation")
    ACCEPT_MANDATE = Rule("a accepté d’accéder à l’espace", reads=False)
    DECLINE_MANDATE = Rule("a refusé d’accéder à l’espace", reads=False)
    SEE_JOURNAL = Rule("a ouvert le journal de l’espace")

    @property
    def key(self) -> str:
        """``see_reimbursements``."""
        return self.name.lower()

    @property
    def rule(self) -> Rule:
        """Who may."""
        return self.value
