"""Every part of a person's data in this service, in the order of the page.

A table of ``models.py`` is in one part, or in ``NOT_PERSONAL`` with the reason; each of its columns is exported, or left
out with the reason. A test holds both.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Date, RowMapping, case, cast, func, null
from sqlmodel import col, or_, select

from member_space.access.models import UsedAssertion
from member_space.cases.models import Case, CaseFile
from member_space.contracts.models import Beneficiary, Contract
from member_space.files.models import StoredFile
from member_space.guarantees.models import GuaranteeLine
from member_space.journal.models import JournalEntry
from member_space.mandates.models import Mandate, MandateDraft
from member_space.persons.models import PersonIndex
from member_space.profile.models import AccountClosure
from member_space.profile.part import Kept, Part
from member_space.questions.models import Message, MessageFile, Question
from member_space.reimbursements.models import Reimbursement
from member_space.spaces.models import Space
from member_space.tables import Table
from member_space.timeline.models import TimelineEntry

YOURS = "identifiant de la personne elle-même, le même partout"
STAFF = "nom ou identifiant d’un conseiller"
WHO = "you (vous), delegate (une personne à qui vous avez délégué) ou staff (un conseiller de la mutuelle)"
INTERNAL = "identifiant interne, sans usage hors de ce service"


def _line_of_journal(row: RowMapping) -> dict[str, Any]:
    """Who acted, without saying which of the staff."""
    who = "staff" if row["staff"] else "you" if row["actor_id"] == row["subject_id"] else "delegate"
    return {
        "at": row["at"],
        "who": who,
        "action": row["action"],
        "mandate": row["mandate_id"],
        "about": row["object_id"],
    }


def _over() -> ColumnElement[bool]:
    """Of a file: it is a document of the desk's whose last day, in Paris, has passed. No page gives it any more."""
    today = cast(func.timezone("Europe/Paris", func.now()), Date)
    query = select(CaseFile.file_id).join(Case, col(Case.id) == col(CaseFile.case_id))
    return query.where(
        CaseFile.file_id == StoredFile.id, col(CaseFile.from_desk), col(Case.available_until) < today
    ).exists()


def _writer() -> ColumnElement[str]:
    """Of a message, as the journal tells it."""
    owner = select(Question.person_id).where(Question.id == Message.question_id).scalar_subquery()
    return case((col(Message.from_desk), "staff"), (col(Message.author_id) == owner, "you"), else_="delegate")


PARTS = (
    Part(
        "space", "Identité et espace", Space, lambda person: col(Space.person_id) == person, ("person_id",),
        {
            "person_id": "votre identifiant dans l’espace", "account_id": "identifiant de votre compte",
            "civility": "civilité", "given_name": "prénom", "family_name": "nom", "email": "adresse électronique",
            "opened_at": "ouverture de l’espace", "closed_at": "clôture de l’espace",
            "told_at": "date de ces informations", "frozen_at": "dernier blocage du compte",
        }, Kept.SPACE,
    ),
    Part(
        "contracts", "Contrats", Contract, lambda person: col(Contract.person_id) == person, ("since", "number"),
        {
            "number": "numéro du contrat", "coverage": "couverture", "modules": "modules", "since": "premier jour",
            "until": "dernier jour", "beneficiaries": "bénéficiaires nommés par le contrat lui-même",
        }, Kept.CONTRACT, {"person_id": YOURS}, change="/situation",
    ),
    Part(
        "beneficiaries", "Bénéficiaires", Beneficiary, lambda person: col(Beneficiary.person_id) == person,
        ("contract", "birth_date", "number"),
        {
            "number": "numéro du bénéficiaire", "contract": "numéro du contrat", "given_name": "prénom",
            "family_name": "nom", "birth_date": "date de naissance", "relation": "lien avec l’adhérent",
            "since": "premier jour de couverture", "until": "dernier jour de couverture",
        }, Kept.CONTRACT, {"person_id": YOURS}, change="/situation",
    ),
    Part(
        "reimbursements", "Décomptes", Reimbursement, lambda person: col(Reimbursement.person_id) == person,
        ("paid_on", "number"),
        {
            "number": "numéro de la ligne", "statement": "numéro du décompte", "care_date": "date des soins",
            "beneficiary": "bénéficiaire", "kind": "nature des soins", "act": "soin", "spent": "dépense, en centimes",
            "base": "base de remboursement, en centimes",
            "social_security_share": "part de la sécurité sociale, en centimes",
            "mutual_share": "part de la mutuelle, en centimes", "rest_to_pay": "reste à payer, en centimes",
            "payee": "à qui\u00a0: person (vous) ou professional (tiers payant)", "paid_on": "date du versement",
        }, Kept.CONTRACT, {"person_id": YOURS}, change="/remboursements",
        count=lambda: func.count(col(Reimbursement.statement).distinct()),
    ),
    Part(
        "files", "Fichiers", StoredFile, lambda person: col(StoredFile.owner) == person, ("created_at", "id"),
        {
            "id": "identifiant du fichier", "name": "nom", "kind": "format", "size": "taille, en octets",
            "created_at": "date d’envoi", "attached": "joint à une demande ou à un message",
            "expired": "document de la mutuelle dont le dernier jour est passé\u00a0: son contenu n’est plus donné",
            "content": "contenu, en base 64\u00a0; rien pour un document expiré",
        }, Kept.FILE, {"owner": YOURS, "sha256": "empreinte technique\u00a0: elle se calcule à partir du contenu"},
        large=True, computed={"expired": _over, "content": lambda: case((_over(), null()), else_=col(StoredFile.content))},
    ),
    Part(
        "mandates", "Accès délégués", Mandate,
        lambda person: or_(col(Mandate.grantor_id) == person, col(Mandate.delegate_id) == person), ("created_at", "id"),
        {
            "id": "identifiant de la délégation", "grantor_id": "qui donne accès à son espace",
            "delegate_id": "qui y accède", "given_name": "prénom du délégué, tel qu’écrit par le donneur d’accès",
            "family_name": "nom du délégué", "email": "adresse électronique de l’invitation", "scopes": "ce qui est permis",
            "ends_on": "dernier jour", "created_at": "date de l’invitation", "invitation_ends_at": "fin de l’invitation",
            "accepted_at": "date d’acceptation", "ended_at": "fin anticipée", "ended_by": "qui y a mis fin",
            "reminded_at": "rappel avant la fin",
        }, Kept.MANDATE, {"token_hash": "empreinte technique de l’invitation"}, change="/delegations",
    ),
    Part(
        "requests", "Demandes et changements signalés", Case, lambda person: col(Case.subject_id) == person,
        ("filed_at", "id"),
        {
            "id": "identifiant de la demande", "reference": "référence", "kind": "nature\u00a0: document, address ou situation",
            "actor_id": "qui l’a envoyée\u00a0: vous ou une personne à qui vous avez délégué", "details": "ce qui est demandé",
            "state": "état\u00a0: filed, taken, done ou refused", "filed_at": "date d’envoi",
            "answered_at": "date de la réponse",
            "reason": "motif d’un refus", "words": "message du conseiller", "available_until": "dernier jour du document",
        }, Kept.CASE,
        {
            "subject_id": YOURS, "submission_id": INTERNAL, "taken_by": STAFF, "taken_name": STAFF,
            "taken_at": "date interne, sans effet pour vous",
        },
        change="/documents",
    ),
    Part(
        "request_files", "Fichiers des demandes", CaseFile,
        lambda person: col(CaseFile.case_id).in_(select(Case.id).where(col(Case.subject_id) == person)),
        ("case_id", "file_id"),
        {
            "case_id": "identifiant de la demande", "file_id": "identifiant du fichier",
            "from_desk": "déposé par la mutuelle, ou joint à l’envoi de la demande",
        }, Kept.CASE,
    ),
    Part(
        "questions", "Questions", Question, lambda person: col(Question.person_id) == person, ("opened_at", "id"),
        {
            "id": "identifiant de la question", "reference": "référence",
            "asked_by": "qui l’a posée\u00a0: vous ou une personne à qui vous avez délégué", "topic": "sujet", "title": "titre",
            "opened_at": "date de la question", "last_message_at": "date du dernier message",
            "waiting_since": "en attente de réponse depuis", "state": "état\u00a0: open ou closed",
            "unread_by_member": "réponse non lue",
        }, Kept.THREAD,
        {
            "person_id": YOURS, "taken_by": STAFF, "taken_name": STAFF, "taken_at": "date interne, sans effet pour vous",
            "unread_by_desk": "marque de lecture de nos conseillers",
        },
        change="/questions",
    ),
    Part(
        "messages", "Messages", Message,
        lambda person: col(Message.question_id).in_(select(Question.id).where(col(Question.person_id) == person)),
        ("at", "id"),
        {
            "id": "identifiant du message", "question_id": "identifiant de la question",
            "who": WHO, "from_desk": "écrit par la mutuelle", "text": "texte", "at": "date",
        }, Kept.THREAD,
        {
            "author_id": "dit par who", "shown_author": "dit par who, sans nommer nos conseillers",
            "submission_id": INTERNAL,
        },
        computed={"who": _writer},
    ),
    Part(
        "message_files", "Pièces jointes des messages", MessageFile,
        lambda person: col(MessageFile.message_id).in_(
            select(Message.id)
            .join(Question, col(Question.id) == col(Message.question_id))
            .where(col(Question.person_id) == person)
        ),
        ("message_id", "rank"),
        {"message_id": "identifiant du message", "rank": "ordre", "file_id": "identifiant du fichier"}, Kept.THREAD,
    ),
    Part(
        "mandate_drafts", "Invitations en préparation", MandateDraft,
        lambda person: col(MandateDraft.grantor_id) == person, ("created_at", "id"),
        {"id": "identifiant", "answers": "ce que vous avez écrit", "created_at": "date"}, Kept.DAY, {"grantor_id": YOURS},
    ),
    Part(
        "index", "Index de recherche de nos conseillers", PersonIndex, lambda person: col(PersonIndex.person_id) == person,
        ("person_id",),
        {
            "civility": "civilité", "given_name": "prénom", "family_name": "nom",
            "email_masked": "adresse électronique masquée",
            "birth_date": "date de naissance", "postcode": "code postal", "told_at": "date de ces informations",
            "placed_at": "date du code postal",
        }, Kept.INDEX, {"person_id": YOURS, "name_words": "les mêmes noms, sans accents"},
    ),
    Part(
        "closures", "Demandes de clôture du compte", AccountClosure,
        lambda person: col(AccountClosure.person_id) == person, ("requested_at", "id"),
        {
            "id": "identifiant de la demande", "reference": "référence", "requested_at": "date de la demande",
            "due_at": "date de clôture prévue", "withdrawn_at": "date d’annulation", "closed_at": "date de clôture",
        }, Kept.CLOSURE,
        {"person_id": YOURS, "account_id": "déjà dans space", "submission_id": INTERNAL}, change="/profil/cloture",
    ),
    Part(
        "journey", "Étapes de vos demandes et de nos courriers", TimelineEntry,
        lambda person: col(TimelineEntry.person_id) == person, ("occurred_at", "event_id"),
        {
            "event_id": "identifiant de l’étape", "occurred_at": "date", "kind": "nature",
            "details": "références, codes et dates",
        }, Kept.STEP, {"person_id": YOURS},
    ),
    Part(
        "journal", "Lignes du journal", JournalEntry, lambda person: col(JournalEntry.subject_id) == person, ("at", "id"),
        {
            "at": "date", "who": WHO, "action": "ce qui a été fait", "mandate": "sous quelle délégation", "about": "sur quoi",
        }, Kept.YEAR,
        {
            "id": INTERNAL, "actor_id": "dit par who, sans nommer nos conseillers", "subject_id": YOURS,
            "staff": "dit par who", "mandate_id": "sous le nom mandate", "object_id": "sous le nom about",
        },
        shape=_line_of_journal, change="/journal",
    ),
)  # fmt: skip
NOT_PERSONAL: Mapping[type[Table], str] = {
    UsedAssertion: "ids of requests, gone after minutes; they name nobody",
    GuaranteeLine: "the same table for everybody",
}
