"""What this service keeps of one person, as JSON: of what opens the account, that it is there, and never what it is.

A table of ``models.py`` is in one part, or in ``NOT_TOLD`` with the reason; each of its columns is told, or left out with
the reason. A test holds both.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, inspect, select
from sqlmodel import col, or_

from activation import models as m
from activation.models import Account
from activation.tables import Table
from shared.database.unit_of_work import UnitOfWork

VERSION = 1
ABOUT = (
    "Tout ce que garde votre compte, et cela seul\u00a0: ni mot de passe, ni réponse secrète, ni code, même sous une forme "
    "illisible. Les données de votre espace se téléchargent depuis votre profil."
)
ELSEWHERE = (
    "Sont gardés par d’autres parties du service\u00a0: vos demandes de compte et le registre des personnes, nos courriers, "
    "nos courriels. Votre profil en donne la liste et les durées. Pour en recevoir une copie, écrivez-nous\u00a0: nous "
    "répondons en un mois au plus."
)
SECRET = "ce qui ouvre le compte, ou son empreinte"  # noqa: S105 (why a column is left out)
INTERNAL = "identifiant ou compte interne, sans usage hors de ce service"
CREATED, EXPIRES = "date de création", "fin de validité"


@dataclass(frozen=True)
class Part:
    """One table. ``mine``: account → condition on it."""

    key: str
    title: str
    table: type[Table]
    order: str
    fields: Mapping[str, str]
    """Column → what it means, in French."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    mine: Callable[[Account], ColumnElement[bool]] | None = None
    """By default, the rows of its ``account_id``."""

    def where(self, account: Account) -> ColumnElement[bool]:
        """Which rows are the account's."""
        return self.mine(account) if self.mine else inspect(self.table).columns["account_id"] == account.id


YOURS = {"account_id": "votre compte"}
PARTS = (
    Part(
        "account", "Compte", Account, "activated_at",
        {
            "id": "identifiant du compte", "person_id": "votre identifiant, le même partout", "civility": "civilité",
            "given_name": "prénom", "family_name": "nom", "birth_date": "date de naissance",
            "email": "adresse électronique, qui est l’identifiant de connexion", "secret_question": "question secrète choisie",
            "activated_at": "activation", "confirmed_at": "confirmation de l’adresse", "closed_at": "clôture",
            "frozen_at": "blocage après un signalement", "address_notice_at": "dernier avis envoyé à cette adresse",
        },
        {
            "address_key": "la même adresse, en minuscules", "password_hash": SECRET, "secret_answer_hash": SECRET,
            "number_fingerprints": "empreintes de vos numéros, qui ne peuvent pas être relus",
        },
        lambda account: col(Account.id) == account.id,
    ),
    Part(
        "terms", "Conditions acceptées", m.TermsAcceptance, "accepted_at",
        {
            "version": "version", "text_sha256": "empreinte du texte exact", "accepted_at": "date d’acceptation",
            "channel": "par quel moyen",
        },
        YOURS | {"id": INTERNAL},
    ),
    Part(
        "letters", "Courriers de mot de passe provisoire", m.ProvisionalLetter, "posted_at",
        {
            "civility": "civilité", "given_name": "prénom", "family_name": "nom", "birth_date": "date de naissance",
            "email": "adresse électronique de la demande", "requested_at": "demande", "posted_at": "envoi",
            "valid_until": EXPIRES, "state": "état\u00a0: valid, used ou void", "wrong_attempts": "essais manqués",
            "purpose": "activation, ou recovery pour rouvrir le compte", "reminded_at": "rappel par courriel",
        },
        {
            "sealed_tracking": "lien vers la page de suivi du courrier, scellé",
            "letter_id": INTERNAL, "request_id": INTERNAL, "person_id": "déjà dans account", "password_hash": SECRET,
            "number_fingerprints": "empreintes de votre numéro, sans usage hors de ce service",
        },
        lambda account: col(m.ProvisionalLetter.person_id) == account.person_id,
    ),
    Part(
        "receipts", "Page qui a suivi l’activation", m.ActivationReceipt, "created_at",
        {
            "civility": "civilité", "given_name": "prénom", "family_name": "nom", "email": "adresse électronique",
            "created_at": CREATED, "last_sent_at": "dernier envoi du lien de confirmation",
        },
        YOURS | {"digest": SECRET, "submission_id": INTERNAL},
    ),
    Part(
        "sessions", "Connexions en cours", m.MemberSession, "created_at",
        {
            "created_at": "début", "last_seen_at": "dernière activité", "authenticated_at": "dernière preuve du mot de passe",
            "label": "navigateur",
        },
        YOURS | {"id": INTERNAL, "digest": SECRET, "challenge": SECRET},
    ),
    Part(
        "known_devices", "Navigateurs connus", m.KnownDevice, "created_at",
        {"label": "navigateur", "created_at": "première connexion", "last_seen_at": "dernière connexion"},
        YOURS | {"id": INTERNAL, "digest": SECRET},
    ),
    Part(
        "authenticators", "Application d’authentification", m.TotpFactor, "created_at", {"created_at": CREATED},
        YOURS | {"secret": SECRET, "last_step": INTERNAL},
    ),
    Part(
        "offered_authenticators", "Application d’authentification en cours d’ajout", m.TotpEnrolment, "created_at",
        {"created_at": CREATED}, {"session_id": "votre connexion", "secret": SECRET},
        lambda account: col(m.TotpEnrolment.session_id).in_(
            select(col(m.MemberSession.id)).where(col(m.MemberSession.account_id) == account.id)
        ),
    ),
    Part(
        "passkeys", "Clés d’accès", m.Passkey, "created_at",
        {"name": "nom que vous lui avez donné", "created_at": CREATED, "last_used_at": "dernier usage"},
        YOURS | {"id": INTERNAL, "credential_id": SECRET, "public_key": SECRET, "sign_count": INTERNAL},
    ),
    Part(
        "recovery_codes", "Codes de secours", m.RecoveryCode, "created_at",
        {"created_at": CREATED, "used_at": "date d’usage"}, YOURS | {"id": INTERNAL, "place": INTERNAL, "code_hash": SECRET},
    ),
    Part(
        "second_steps", "Connexions en attente de la double vérification", m.SecondStep, "created_at",
        {"created_at": CREATED, "expires_at": EXPIRES, "wrong": "essais"},
        YOURS | {"digest": SECRET, "password_digest": SECRET, "challenge": SECRET},
    ),
    Part(
        "confirmation_links", "Liens de confirmation", m.ConfirmationToken, "created_at",
        {"created_at": CREATED, "expires_at": EXPIRES, "used_at": "usage", "superseded_at": "remplacement par un autre"},
        YOURS | {"digest": SECRET},
    ),
    Part(
        "reset_links", "Liens de changement de mot de passe", m.ResetToken, "created_at",
        {
            "created_at": CREATED, "expires_at": EXPIRES, "wrong_answers": "réponses manquées",
            "answered_at": "bonne réponse", "ended_at": "fin",
        },
        YOURS | {"digest": SECRET, "answered_by": INTERNAL, "used_by": INTERNAL},
    ),
    Part(
        "recovery_letters", "Demandes de courrier de secours", m.RecoveryRequest, "requested_at",
        {"requested_at": "demande", "voided_at": "annulation"},
        {"request_id": INTERNAL, "person_id": "déjà dans account"},
        lambda account: col(m.RecoveryRequest.person_id) == account.person_id,
    ),
    Part(
        "disavowal_links", "Liens «\u00a0ce n’était pas moi\u00a0»", m.DisavowalToken, "created_at",
        {"change": "changement annoncé", "created_at": CREATED, "expires_at": EXPIRES, "used_at": "usage"},
        YOURS | {"digest": SECRET},
    ),
    Part(
        "address_changes", "Changements d’adresse électronique", m.EmailChange, "created_at",
        {"email": "nouvelle adresse", "created_at": CREATED, "expires_at": EXPIRES, "ended_at": "fin"},
        YOURS | {"digest": SECRET, "address_key": "la même adresse, en minuscules"},
    ),
    Part(
        "journal", "Journal de sécurité", m.SecurityEvent, "id",
        {"at": "date", "kind": "ce qui s’est passé", "label": "navigateur"},
        YOURS
        | {"id": INTERNAL, "person_id": "déjà dans account", "subject": "empreinte de votre adresse ou de votre numéro"},
        lambda account: or_(
            col(m.SecurityEvent.account_id) == account.id, col(m.SecurityEvent.person_id) == account.person_id
        ),
    ),
)  # fmt: skip
NOT_TOLD: Mapping[type[Table], str] = {
    m.NumberAttempts: "under a keyed fingerprint of number and network, for a day; whose number was typed is not known here",
    m.ReturnedLetter: "ids of letters that are not known here; whose they are is not, either",
    m.SignInAttempts: "under a keyed fingerprint; the journal tells of the same failures",
    m.StaffAccount: "of the staff",
    m.StaffSession: "of the staff",
    m.StaffJournal: "of the staff",
}


async def document(work: UnitOfWork, account: Account) -> str:
    """The whole of it."""
    told: dict[str, Any] = {
        "format": "espace-compte", "version": VERSION, "made_at": work.now, "about": ABOUT, "elsewhere": ELSEWHERE,
        "documentation": {part.key: {"title": part.title, "keys": dict(part.fields)} for part in PARTS},
    }  # fmt: skip
    for part in PARTS:
        columns = inspect(part.table).columns
        query = (
            select(*(columns[name] for name in part.fields)).where(part.where(account)).order_by(columns[part.order])
        )
        told[part.key] = [dict(row) for row in (await work.session.execute(query)).mappings()]
    return json.dumps(told, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
