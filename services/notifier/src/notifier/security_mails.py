"""Which mail an event about the way into an account makes.

Those that say what changed greet by name: they go to an address that is, or was, confirmed. The others are sent in answer to
a form that anybody may fill in, or to an address that nobody has confirmed yet: they carry nothing of the register.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid5

from notifier.member_mails import MemberMail
from shared.contracts.event import Event
from shared.contracts.events import (
    AboutPerson,
    AccountFrozen,
    EmailChangeRequested,
    IdentifierReminderRequested,
    PasswordResetRequested,
    SecurityChanged,
)
from shared.messaging.failures import PermanentError
from shared.web.french import polite_name

CHANGES: Mapping[str, str] = {
    "password-changed": "Votre mot de passe a été changé",
    "password-reset": "Votre mot de passe oublié a été remplacé",
    "secret-question-changed": "Votre question secrète a été changée",
    "email-change-asked": "Une nouvelle adresse électronique est à confirmer",
    "email-changed": "L’adresse électronique de votre compte a été changée",
    "second-factor-added": "Un moyen de double vérification a été ajouté à votre compte",
    "second-factor-removed": "Un moyen de double vérification a été retiré de votre compte",
    "recovery-codes-made": "De nouveaux codes de secours ont été créés",
    "recovery-code-used": "Un code de secours a été utilisé",
    "recovery-letter-asked": "Un courrier de secours a été demandé",
    "account-recovered": "Votre compte a été rouvert",
    "new-device": "Une connexion depuis un nouvel appareil",
}
"""``SecurityChanged.change``, which names the template → subject."""
SUBJECTS: Mapping[str, str] = {
    "identifier-reminder": "Votre identifiant",
    "reset-link": "Choisissez un nouveau mot de passe",
    "email-change": "Confirmez votre nouvelle adresse électronique",
    "account-frozen": "Votre compte est bloqué",
    **CHANGES,
}
LINKS: Mapping[str, str] = {
    "reset-link": "/compte/mot-de-passe/nouveau",
    "email-change": "/compte/adresse/confirmer",
    **dict.fromkeys(CHANGES, "/compte/signaler"),
}
EVENTS: tuple[type[Event], ...] = (
    IdentifierReminderRequested,
    PasswordResetRequested,
    EmailChangeRequested,
    SecurityChanged,
    AccountFrozen,
)


def security_mail(event: Event) -> MemberMail:
    """The mail of one of ``EVENTS``.

    Raises:
        PermanentError: a change that has no template yet: a dead letter, which can be replayed once it has one.
    """
    match event:
        case IdentifierReminderRequested():
            return MemberMail("identifier-reminder", event.email, event.request_id)
        case PasswordResetRequested():
            return _with_link("reset-link", event)
        case EmailChangeRequested():
            return replace(_with_link("email-change", event), account_id=event.account_id)
        case SecurityChanged():
            return _change(event)
        case AccountFrozen():
            frozen_at = event.frozen_at.isoformat()
            params = {"name": _name(event), "frozen_at": frozen_at}
            return MemberMail("account-frozen", event.email, uuid5(event.account_id, frozen_at), params)
    raise TypeError(event.name)


def _with_link(template: str, event: PasswordResetRequested | EmailChangeRequested) -> MemberMail:
    return MemberMail(
        template, event.email, uuid5(event.account_id, event.sealed_token),  # a link asked for again has another token
        sealed_token=event.sealed_token, expires_at=event.token_expires_at,
    )  # fmt: skip


def _change(event: SecurityChanged) -> MemberMail:
    if event.change not in CHANGES:
        raise PermanentError(f"no mail tells of the change {event.change}")
    changed_at = event.changed_at.isoformat()
    fact = uuid5(event.account_id, f"{event.change} {changed_at}")
    params = {"name": _name(event), "changed_at": changed_at}
    if event.sealed_token is None or event.token_expires_at is None:
        return MemberMail(event.change, event.email, fact, params)
    return MemberMail(event.change, event.email, fact, params, event.sealed_token, event.token_expires_at)


def _name(event: AboutPerson) -> str:
    return polite_name(event.civility, event.given_name, event.family_name)
