"""What the desk reads of an entry, in French. An entry of a kind or with a code that is not known here is told all the same."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from member_space.timeline.codes import (
    ACTIVATION_REFUSALS,
    CASE_REFUSALS,
    ENDED_BY,
    LETTER_PROBLEMS,
    MAIL_FAILURES,
    MAILS,
    REQUEST_REFUSALS,
    RETURNS,
    SECURITY_CHANGES,
    TAKEN_BACK,
)
from shared.web.french import NBSP, date_fr, nbsp

Details = Mapping[str, Any]


def sentence(kind: str, details: Details) -> str:
    """One sentence on an entry, for example « Courriel envoyé : confirmation de l’adresse électronique »."""
    return _SENTENCES[kind](details) if kind in _SENTENCES else f"Autre événement ({kind})"


def _plain(words: str) -> Callable[[Details], str]:
    return lambda _: words


def _referenced(words: str) -> Callable[[Details], str]:
    return lambda details: words + _reference(details)


def _reference(details: Details) -> str:
    return f" (référence{NBSP}{details['reference']})" if "reference" in details else ""


def _refused(words: str) -> Callable[[Details], str]:
    return lambda details: words + _reference(details) + f", motif{NBSP}: {_known(CASE_REFUSALS, details)}"


def _known(codes: Mapping[str, str], details: Details, name: str = "reason") -> str:
    """The code in words; one that a later producer invented, as it is."""
    code = str(details.get(name, ""))
    return codes.get(code, code or "motif inconnu")


def _day(text: str) -> str:
    """The day, in Paris, of a date or a moment in ISO 8601."""
    return nbsp(date_fr(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)))


def _until(words: str, details: Details, name: str) -> str:
    return f"{words} {_day(details[name])}" if name in details else ""


def _request_refused(details: Details) -> str:
    why = _known(REQUEST_REFUSALS, details)
    return f"Demande sans courrier : {why}" + _until(", nouveau courrier possible à partir du", details, "not_before")


def _letter_printed(details: Details) -> str:
    posted = "Courrier imprimé et remis à La Poste" + _until(" le", details, "posted_at")
    return posted + _until(", mot de passe provisoire valable jusqu’au", details, "valid_until")


def _letter_returned(details: Details) -> str:
    returned = "Courrier revenu à l’expéditeur" + _until(" le", details, "returned_at")
    return f"{returned}, motif{NBSP}: {_known(RETURNS, details)}"


def _access(words: str) -> Callable[[Details], str]:
    return lambda details: words + _until(", jusqu’au", details, "ends_on")


def _taken_back(details: Details, otherwise: str) -> str:
    """Why, when it was not somebody's wish."""
    reason = details.get("reason")
    return TAKEN_BACK.get(reason, f"({reason})") if reason else otherwise


def _mail_given_up(details: Details) -> str:
    return f"Courriel non envoyé : {_known(MAILS, details, 'template')} ({_known(MAIL_FAILURES, details)})"


def _situation_answered(details: Details) -> str:
    accepted = details.get("accepted")
    told = _referenced("Changement de situation accepté") if accepted else _refused("Changement de situation refusé")
    return told(details)


_SENTENCES: Mapping[str, Callable[[Details], str]] = {
    "account-requested": lambda details: (
        "Courrier de secours demandé, à faire"
        if details.get("purpose") == "recovery"
        else "Compte demandé, courrier à faire"
    ),
    "identifier-reminder-requested": _plain("Identifiant oublié, à rappeler à la personne"),
    "recovery-letter-requested": _plain("Courrier de secours demandé, titulaire à prévenir"),
    "password-reset-requested": _plain("Mot de passe oublié, lien à envoyer"),
    "email-change-requested": _plain("Nouvelle adresse électronique à confirmer"),
    "security-changed": lambda details: f"Sécurité du compte : {_known(SECURITY_CHANGES, details, 'change')}",
    "account-frozen": _plain(
        "Compte bloqué par la personne (« Ce n’était pas moi »), seul un courrier de secours le rouvre"
    ),
    "account-already-open": _plain("Compte demandé de nouveau, titulaire à prévenir"),
    "account-request-refused": _request_refused,
    "letter-batched": lambda details: (
        "Courrier mis en page, en attente à l’imprimerie"
        + (f" (lot {details['serial']})" if "serial" in details else "")
    ),
    "letter-parked": lambda details: f"Courrier mis de côté : {_known(LETTER_PROBLEMS, details)}",
    "letter-printed": _letter_printed,
    "letter-returned": _letter_returned,
    "letter-reminder-due": lambda details: (
        "Mot de passe provisoire pas encore utilisé, personne à relancer"
        + _until(", valable jusqu’au", details, "valid_until")
    ),
    "account-activated": _plain("Compte activé, adresse électronique à confirmer"),
    "activation-refused": lambda details: f"Activation refusée : {_known(ACTIVATION_REFUSALS, details)}",
    "confirmation-link-requested": _plain("Nouveau lien de confirmation demandé"),
    "email-confirmed": _plain("Adresse électronique confirmée, espace ouvert"),
    "security-notice-raised": _plain(
        "Adresse électronique de la personne saisie pour activer un autre compte, titulaire à prévenir"
    ),
    "mail-sent": lambda details: f"Courriel envoyé : {_known(MAILS, details, 'template')}",
    "mail-given-up": _mail_given_up,
    "document-requested": _referenced("Document demandé"),
    "document-ready": lambda details: (
        "Document disponible" + _until(" jusqu’au", details, "available_until") + _reference(details)
    ),
    "document-refused": _refused("Demande de document refusée"),
    "address-change-reported": _referenced("Changement d’adresse postale signalé"),
    "address-changed": _referenced("Changement d’adresse postale accepté"),
    "address-change-refused": _refused("Changement d’adresse postale refusé"),
    "situation-change-reported": _referenced("Changement de situation signalé"),
    "situation-change-answered": _situation_answered,
    "question-asked": _referenced("Question posée"),
    "question-answered": _referenced("Réponse donnée à une question"),
    "question-closed": _referenced("Question close"),
    "account-closure-requested": _referenced("Clôture du compte demandée"),
    "account-closure-withdrawn": lambda details: (
        "Demande de clôture du compte annulée " + _taken_back(details, "par la personne") + _reference(details)
    ),
    "account-closed": _referenced("Compte clos"),
    "access-delegated": lambda details: (
        "Accès à l’espace proposé à une autre personne" + _until(", jusqu’au", details, "ends_on")
    ),
    "access-accepted": lambda details: (
        "Accès à l’espace accepté par l’autre personne" + _until(", jusqu’au", details, "ends_on")
    ),
    "access-revoked": lambda details: (
        "Accès à l’espace retiré " + _taken_back(details, f"par {_known(ENDED_BY, details, 'by')}")
    ),
    "access-ending": lambda details: "Fin prochaine d’un accès à l’espace" + _until(", le", details, "ends_on"),
}
