"""What a grantor can let a delegate do (ui.md §4.9). Password, e-mail, bank details, mandates and the export of one's data
are in no scope: nobody does that in another's place (design §5; identity.md §6, *Delegation*)."""

from enum import StrEnum


class Scope(StrEnum):
    """One box of the form « Déléguer l’accès »."""

    REIMBURSEMENTS = "remboursements"
    DOCUMENTS = "documents"
    MESSAGES = "messages"


WORDS = {
    Scope.REIMBURSEMENTS: "Consulter et télécharger les remboursements",
    Scope.DOCUMENTS: "Consulter les garanties, demander et télécharger les documents",
    Scope.MESSAGES: "Écrire à la mutuelle et lire ses réponses",
}
