"""What the pages of recovery say when there is nothing left to fill in."""

from typing import Any

from activation.recovery.disavowal import Report
from activation.recovery.reset_rules import Link

_TO_SIGN_IN = ("/connexion", "Allez à la page de connexion")
_NEW_LINK = ("/compte/mot-de-passe-oublie", "Demander un nouveau lien")
_CHANGE = ("/compte/mot-de-passe-oublie", "Changer mon mot de passe")
LETTER = "/compte/courrier-de-secours"
_LETTER = (LETTER, "Demander un courrier de secours")
_CUT = "Si le lien est coupé en deux lignes, copiez-le en entier dans la barre d’adresse, en haut de votre écran."
_REOPEN = (
    "Pour le rouvrir, demandez un courrier de secours\u00a0: il arrive à votre adresse postale, et vous permet de choisir un "
    "nouveau mot de passe."
)
_WITHOUT_ANSWER = (
    "Il arrive à votre adresse postale, et vous permet de choisir un nouveau mot de passe sans répondre à la question."
)

FROZEN: dict[str, Any] = {
    "title": "Ce compte est bloqué à la demande de son titulaire",
    "text": [
        "Personne ne peut s’y connecter, ni en changer le mot de passe.",
        _REOPEN,
    ],
    "links": [_LETTER],
}
RESET: dict[Link, dict[str, Any]] = {
    Link.UNKNOWN: {
        "title": "Ce lien n’est pas reconnu",
        "text": [
            "Ouvrez le lien du dernier courriel que vous avez reçu de nous.",
            _CUT,
            "Si ce message revient, autorisez les cookies de ce site, ou demandez un nouveau lien.",
        ],
        "links": [_NEW_LINK],
    },
    Link.EXPIRED: {
        "title": "Ce lien a expiré",
        "text": "Les liens pour changer de mot de passe sont valables 60\u00a0minutes. Demandez-en un nouveau.",
        "links": [_NEW_LINK],
    },
    Link.USED: {
        "title": "Ce lien a déjà servi",
        "text": [
            "Le mot de passe a été changé avec ce lien. Connectez-vous avec le nouveau.",
            "Si ce n’était pas vous, ouvrez le courriel qui vous en a prévenu\u00a0: son lien bloque votre compte.",
        ],
        "links": [_TO_SIGN_IN, _NEW_LINK],
    },
    Link.ENDED: {
        "title": "Ce lien ne fonctionne plus",
        "text": [
            "Depuis, le mot de passe, la question secrète ou l’adresse électronique a changé, ou votre compte a été bloqué.",
            "Si ce n’était pas vous, demandez un courrier de secours\u00a0: il arrive à votre adresse postale.",
        ],
        "links": [_TO_SIGN_IN, _NEW_LINK, _LETTER],
    },
    Link.GUESSED: {
        "title": "Ce lien ne fonctionne plus",
        "text": [
            "Trois réponses à la question secrète étaient fausses.",
            "Demandez un courrier de secours.",
            _WITHOUT_ANSWER,
            "Si vous vous souvenez de la réponse, demandez un nouveau lien.",
        ],
        "links": [_LETTER, _NEW_LINK],
    },
}
ONLY_LETTER: dict[str, Any] = {
    "title": "Demandez un courrier de secours",
    "text": [
        "Trop de réponses à la question secrète étaient fausses\u00a0: elle n’est plus posée.",
        _WITHOUT_ANSWER,
    ],
    "links": [_LETTER],
}
REPORTED: dict[str, Any] = {
    "title": "Votre compte est bloqué",
    "text": [
        "Plus personne ne peut s’y connecter, et toutes les connexions ouvertes sont fermées.",
        _REOPEN,
        "Si ce mot de passe vous sert ailleurs, changez-le là aussi.",
    ],
    "links": [_LETTER],
    "kind": "success",
}
REPORT: dict[Report, dict[str, Any]] = {
    Report.USED: REPORTED,
    Report.EXPIRED: {
        "title": "Ce lien a expiré",
        "text": [
            "Il était valable 10\u00a0jours.",
            "Si quelqu’un d’autre se sert de votre compte, changez votre mot de passe\u00a0: ses connexions seront fermées.",
            "Si votre adresse électronique a changé aussi, demandez un courrier de secours.",
        ],
        "links": [_CHANGE, _LETTER],
    },
    Report.UNKNOWN: {
        "title": "Ce lien n’est pas reconnu",
        "text": [
            "Il ne sert plus, ou il n’est pas complet.",
            _CUT,
            "Si ce message revient, autorisez les cookies de ce site.",
        ],
        "links": [_CHANGE, _LETTER],
    },
}
