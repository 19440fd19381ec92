"""What the page of a confirmation link says when there is nothing left to press."""

from typing import Any

from activation.confirmation import Link

_SPAM = "Pensez à regarder dans vos courriels indésirables."
_TO_SIGN_IN = ("/connexion", "Allez à la page de connexion")

ACTIVATED: dict[str, Any] = {
    "title": "Votre compte adhérent a bien été activé.",
    "text": "Vous pouvez dès maintenant accéder à votre espace personnel avec vos identifiants.",
    "links": [_TO_SIGN_IN],
    "kind": "success",
}
SENT_AGAIN: dict[str, Any] = {
    "title": "Un nouveau courriel est parti",
    "text": ["Ouvrez le dernier courriel reçu\u00a0: son lien est valable 24\u00a0heures.", _SPAM],
}
NOTICES: dict[Link, dict[str, Any]] = {
    Link.USED: {
        "title": "Cette adresse est déjà confirmée",
        "text": "Il ne vous reste qu’à vous connecter.",
        "links": [_TO_SIGN_IN],
        "kind": "success",
    },
    Link.SUPERSEDED: {
        "title": "Un lien plus récent vous a été envoyé",
        "text": [
            "Ouvrez le dernier courriel reçu\u00a0: seul son lien fonctionne.",
            _SPAM,
            "Si vous avez déjà confirmé votre adresse, connectez-vous.",
        ],
        "links": [_TO_SIGN_IN],
    },
    Link.TAKEN: {
        "title": "Cette adresse électronique sert déjà à un autre compte",
        "text": [
            "Chaque adhérent a besoin d’une adresse à lui.",
            "Demandez un nouveau courrier, puis activez votre compte avec une autre adresse électronique.",
        ],
        "links": [("/compte/creer", "Demander un nouveau courrier")],
    },
    Link.UNKNOWN: {
        "title": "Ce lien n’est pas reconnu",
        "text": [
            "Ouvrez le lien du dernier courriel que vous avez reçu de nous.",
            "Si le lien est coupé en deux lignes, copiez-le en entier dans la barre d’adresse, en haut de votre écran.",
            "Si ce message revient, autorisez les cookies de ce site, ou connectez-vous pour recevoir un nouveau lien.",
        ],
        "links": [_TO_SIGN_IN],
    },
}
