"""The codes of events in words for the desk."""

from collections.abc import Mapping

from member_space.cases.rules import REASONS

REQUEST_REFUSALS: Mapping[str, str] = {
    "too-soon": "le courrier précédent date de moins de 24\u00a0heures",
    "too-many-letters": "quatre courriers en 30 jours",
    "account-open": "le compte est déjà ouvert",
    "address-returned": "le dernier courrier est revenu\u00a0: l’adresse doit d’abord être corrigée",
}
RETURNS: Mapping[str, str] = {
    "unknown-at-address": "destinataire inconnu à l’adresse",
    "incomplete-address": "défaut d’accès ou d’adressage",
    "refused": "pli refusé par le destinataire",
    "unclaimed": "pli avisé et non réclamé",
    "other": "autre",
}
"""Why a letter came back, as the post ticks it on the envelope."""
LETTER_PROBLEMS: Mapping[str, str] = {
    "no-name": "le nom manque",
    "no-address": "l’adresse postale manque",
    "character-not-printable": "le nom ou l’adresse contient un signe qui ne s’imprime pas",
    "too-many-lines": "l’adresse compte trop de lignes",
    "name-too-long": "le nom est trop long",
    "line-too-long": "une ligne de l’adresse est trop longue",
    "postcode-line-wrong": "la ligne du code postal et de la ville n’est pas correcte",
    "layout-failed": "la mise en page a échoué",
    "refused-by-print-shop": "l’imprimerie l’a refusé plusieurs fois",
}
ACTIVATION_REFUSALS: Mapping[str, str] = {
    "letter-void": "dix mots de passe provisoires erronés, le courrier n’est plus valable",
    "letter-expired": "le mot de passe provisoire du courrier a expiré",
}
SECURITY_CHANGES: Mapping[str, str] = {
    "password-changed": "mot de passe changé",
    "password-reset": "mot de passe oublié remplacé",
    "secret-question-changed": "question secrète changée",
    "email-change-asked": "changement d’adresse électronique demandé",
    "email-changed": "adresse électronique changée",
    "second-factor-added": "moyen de double vérification ajouté",
    "second-factor-removed": "moyen de double vérification retiré",
    "recovery-codes-made": "nouveaux codes de secours",
    "recovery-code-used": "code de secours utilisé",
    "recovery-letter-asked": "courrier de secours demandé",
    "account-recovered": "compte rouvert avec un courrier de secours",
    "new-device": "connexion depuis un nouvel appareil",
}
"""By the codes of ``activation``'s ``security_notices.Change``, which are those of the notifier's templates too."""
MAIL_FAILURES: Mapping[str, str] = {
    "refused": "refusé par le serveur du destinataire",
    "refused-for-a-day": "refusé pendant 24\u00a0heures",
    "expired": "devenu sans objet avant l’envoi",
    "not-built": "message impossible à composer",
    "superseded": "remplacé par un plus récent",
}
CASE_REFUSALS: Mapping[str, str] = {code: f"«\u00a0{words}\u00a0»" for code, words in REASONS.items()} | {
    "other": "autre, précisé dans la demande"
}
"""As the member reads them; what is precised below there is not here."""
ENDED_BY: Mapping[str, str] = {
    "grantor": "la personne",
    "delegate": "l’autre personne",
    "desk": "un conseiller",
}
TAKEN_BACK: Mapping[str, str] = {
    "account-frozen": "avec le blocage du compte",
    "account-recovered": "avec la réouverture du compte par un courrier de secours",
}
"""Why an access ended or a closing was withdrawn that nobody took back (decision 0047)."""
MAILS: Mapping[str, str] = {
    "letter-posted": "départ du mot de passe provisoire par courrier",
    "letter-reminder": "rappel du mot de passe provisoire envoyé par courrier",
    "letter-returned": "retour du courrier à l’expéditeur",
    "confirmation": "confirmation de l’adresse électronique",
    "account-already-open": "compte déjà ouvert",
    "address-already-used": "adresse électronique saisie pour un autre compte",
    "document-requested": "demande de document reçue",
    "document-ready": "document disponible",
    "document-refused": "demande de document refusée",
    "address-change-reported": "changement d’adresse postale signalé",
    "address-changed": "changement d’adresse postale accepté",
    "address-change-refused": "changement d’adresse postale refusé",
    "situation-change-reported": "changement de situation signalé",
    "situation-change-accepted": "changement de situation accepté",
    "situation-change-refused": "changement de situation refusé",
    "question-asked": "question reçue",
    "question-answered": "réponse à une question",
    "question-closed": "question close",
    "access-invitation": "invitation à accéder à l’espace",
    "access-accepted": "invitation acceptée",
    "access-revoked": "fin d’un accès, à la personne",
    "access-revoked-frozen": "fin d’un accès avec le blocage du compte, à la personne",
    "access-revoked-delegate": "fin d’un accès, à l’autre personne",
    "access-ending": "fin prochaine d’un accès",
    "account-closure-requested": "demande de clôture du compte reçue",
    "account-closure-withdrawn": "demande de clôture du compte annulée",
    "account-closure-stopped": "demande de clôture du compte annulée avec le blocage ou la réouverture du compte",
    "account-closed": "compte clos",
    "identifier-reminder": "rappel de l’identifiant",
    "reset-link": "lien pour choisir un nouveau mot de passe",
    "email-change": "confirmation d’une nouvelle adresse électronique",
    "account-frozen": "compte bloqué",
    **SECURITY_CHANGES,
}
"""By the names of the notifier's templates."""
