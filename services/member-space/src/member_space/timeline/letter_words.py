"""« Où en est mon courrier ? » in French: what is the case, what comes next, and what to tell the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from member_space.timeline.letter_state import LetterState, Step
from shared.web.french import date_fr, datetime_fr, nbsp


@dataclass(frozen=True)
class Answer:
    """Sentences for the page."""

    title: str
    since: str
    """« Depuis le … »; empty when nothing was asked."""
    next: str
    say: str
    """What to tell the person."""
    notes: tuple[str, ...] = ()


def answer(state: LetterState) -> Answer:
    """The state in words."""
    title, following, say = _words(state)
    since = f"Depuis le {datetime_fr(state.since)}" if state.since else ""
    return Answer(title, since, _filled(following, state), _filled(say, state), tuple(_notes(state)))


def _words(state: LetterState) -> tuple[str, str, str]:
    """Title, what comes next, and what to tell the person."""
    title, following, say = (_OF_RECOVERY if state.recovery else _WORDS).get(state.step, _WORDS[state.step])
    if state.step is Step.RETURNED and state.at and state.at.details.get("reason") in _RIGHT_ADDRESS:
        following, say = _SAME_ADDRESS, f"{_VOID_NOW} {_NOT_THE_ADDRESS} {_ANOTHER if state.recovery else _NEW}"
    return title, following, say


def _notes(state: LetterState) -> list[str]:
    notes = []
    if state.at and state.step in _TOLD:
        notes.append(state.at.sentence)
    if state.refused_since:
        notes.append(
            f"Nouvel essai le {datetime_fr(state.refused_since.occurred_at)}\u00a0: {state.refused_since.sentence}"
        )
    if state.mailed and state.step in _POSTED:
        when = datetime_fr(state.mailed.occurred_at)
        sent = "envoyé" if state.mailed.kind == "mail-sent" else "non envoyé\u00a0: échec"
        notes.append(f"Courriel d’annonce du départ {sent} le {when}")
    return notes


def _filled(words: str, state: LetterState) -> str:
    """``{until}``: the last day of the letter's provisional password."""
    until = state.at.details.get("valid_until") if state.at else None
    day = nbsp(date_fr(datetime.fromisoformat(until))) if until else "la date écrite sur le courrier"
    return words.replace("{until}", day)


_NEW = "Un nouveau courrier se demande sur la page «\u00a0Créer mon compte\u00a0»."
_NEW_IN_A_SENTENCE = f"{_NEW[0].lower()}{_NEW[1:]}"
_RIGHT_ADDRESS = frozenset({"refused", "unclaimed"})
"""Reasons of the post that say nothing against the address: ``registration`` goes on sending letters there."""
_VOID_NOW = "Le mot de passe provisoire de ce courrier n’ouvre plus rien."
_CORRECTED = "Faites corriger l’adresse postale dans les fichiers de la mutuelle, puis demander un nouveau courrier."
_CHECKED = (
    "Vérifiez avec la personne son adresse postale, et que son nom figure sur sa boîte aux lettres. Si l’adresse est juste, "
    "faites-la confirmer par l’exploitation. Ensuite\u00a0:"
)
_SAME_ADDRESS = "Un nouveau courrier peut être demandé, à la même adresse."
_NOT_THE_ADDRESS = "L’adresse n’est pas en cause\u00a0: voyez avec la personne comment elle recevra le prochain."
_LEAVES = "Le courrier part sous 24\u00a0heures les jours ouvrés\u00a0; un courriel annoncera son départ."
_WORDS: Mapping[Step, tuple[str, str, str]] = {
    Step.NOT_ASKED: (
        "Aucun courrier n’a été demandé",
        "Rien n’est en cours.",
        "Invitez la personne à remplir la page «\u00a0Créer mon compte\u00a0».",
    ),
    Step.REFUSED: (
        "La demande n’a pas donné lieu à un courrier",
        "Rien n’est en cours.",
        "Donnez le motif ci-dessous et, s’il y en a une, la date à partir de laquelle une nouvelle demande est possible.",
    ),
    Step.REQUESTED: (
        "La demande est enregistrée, le courrier est à faire",
        "Le courrier sera mis en page, puis envoyé à l’imprimerie.",
        _LEAVES,
    ),
    Step.BATCHED: (
        "Le courrier est à l’imprimerie",
        "Il sera imprimé et remis à La Poste.",
        _LEAVES,
    ),
    Step.PARKED: (
        "Le courrier est mis de côté, il ne partira pas en l’état",
        "Le nom ou l’adresse est à corriger, ou l’exploitation à prévenir.",
        "Vérifiez avec la personne son nom et son adresse postale, et dites-lui que le courrier est retenu.",
    ),
    Step.DROPPED: (
        "Le courrier mis de côté n’a pas été envoyé, il ne partira plus",
        "Rien n’est en cours.",
        f"Vérifiez avec la personne son nom et son adresse postale. {_NEW}",
    ),
    Step.POSTED: (
        "Le courrier est à La Poste",
        "La personne le reçoit, puis active son compte au plus tard le {until}.",
        "Le courrier arrive sous trois jours ouvrés en métropole, plus tard ailleurs. Il est valable jusqu’au {until}.",
    ),
    Step.LATE: (
        "Le courrier est parti depuis plus d’une semaine",
        "La personne active son compte au plus tard le {until}, ou demande un nouveau courrier.",
        f"Vérifiez l’adresse postale. Si le courrier n’est pas arrivé\u00a0: {_NEW_IN_A_SENTENCE}",
    ),
    Step.RETURNED: (
        "Le courrier est revenu à l’expéditeur, son mot de passe provisoire n’est plus valable",
        _CORRECTED,
        f"{_VOID_NOW} {_CHECKED} {_NEW_IN_A_SENTENCE}",
    ),
    Step.EXPIRED: (
        "Le mot de passe provisoire du courrier a expiré",
        "Rien n’est en cours.",
        _NEW,
    ),
    Step.VOID: (
        "Le courrier n’est plus valable\u00a0: trop d’essais avec un mot de passe provisoire erroné",
        "Rien n’est en cours.",
        _NEW,
    ),
    Step.ACTIVATED: (
        "Le compte est activé, l’adresse électronique reste à confirmer",
        "La personne ouvre le lien reçu par courriel\u00a0; il est valable 24\u00a0heures.",
        (
            "Faites regarder parmi les courriels indésirables. Un lien expiré ouvre une page qui propose d’en envoyer un "
            f"autre. Si l’adresse électronique saisie était erronée\u00a0: {_NEW_IN_A_SENTENCE}"
        ),
    ),
    Step.OPEN: (
        "Le compte est activé et l’espace est ouvert",
        "Aucun courrier n’est attendu.",
        (
            "La personne se connecte avec son adresse électronique et son mot de passe. Si elle ne les a plus\u00a0: pages "
            "«\u00a0Identifiant oublié\u00a0» et «\u00a0Mot de passe oublié\u00a0»\u00a0; "
            "sans sa messagerie, sans sa réponse secrète, ou sans téléphone ni code de secours, "
            "«\u00a0Retrouver l’accès par courrier\u00a0»."
        ),
    ),
    Step.FROZEN: (
        "Le compte est bloqué\u00a0: la personne a signalé «\u00a0Ce n’était pas moi\u00a0»",
        "Aucun courrier n’est attendu. Seul un courrier de secours rouvre le compte.",
        "Un courrier de secours se demande sur la page «\u00a0Retrouver l’accès par courrier\u00a0».",
    ),
    Step.CLOSED: (
        "Le compte est clos",
        "Aucun courrier n’est attendu.",
        f"La personne ne se connecte plus. Pour ouvrir de nouveau un compte\u00a0: {_NEW_IN_A_SENTENCE}",
    ),
}
_ANOTHER = "Un autre se demande sur la page «\u00a0Retrouver l’accès par courrier\u00a0»."
_ANOTHER_IN_A_SENTENCE = f"{_ANOTHER[0].lower()}{_ANOTHER[1:]}"
_STAYS = "Le compte reste tel qu’il est."
_OF_RECOVERY: Mapping[Step, tuple[str, str, str]] = {
    Step.REQUESTED: (
        "Un courrier de secours est demandé, il est à faire",
        "Le courrier sera mis en page, puis envoyé à l’imprimerie.",
        _LEAVES,
    ),
    Step.BATCHED: (
        "Le courrier de secours est à l’imprimerie",
        "Il sera imprimé et remis à La Poste.",
        _LEAVES,
    ),
    Step.PARKED: (
        "Le courrier de secours est mis de côté, il ne partira pas en l’état",
        *_WORDS[Step.PARKED][1:],
    ),
    Step.DROPPED: (
        "Le courrier de secours mis de côté n’a pas été envoyé, il ne partira plus",
        f"Rien n’est en cours. {_STAYS}",
        f"Vérifiez avec la personne son nom et son adresse postale. {_ANOTHER}",
    ),
    Step.POSTED: (
        "Le courrier de secours est à La Poste",
        "La personne le reçoit, puis active de nouveau son compte au plus tard le {until}.",
        "Le courrier arrive sous trois jours ouvrés en métropole, plus tard ailleurs. Il est valable jusqu’au {until}.",
    ),
    Step.LATE: (
        "Le courrier de secours est parti depuis plus d’une semaine",
        "La personne active de nouveau son compte au plus tard le {until}, ou demande un autre courrier de secours.",
        f"Vérifiez l’adresse postale. Si le courrier n’est pas arrivé\u00a0: {_ANOTHER_IN_A_SENTENCE}",
    ),
    Step.RETURNED: (
        "Le courrier de secours est revenu à l’expéditeur, son mot de passe provisoire n’est plus valable",
        f"{_CORRECTED} {_STAYS}",
        f"{_VOID_NOW} {_CHECKED} {_ANOTHER_IN_A_SENTENCE}",
    ),
    Step.EXPIRED: (
        "Le mot de passe provisoire du courrier de secours a expiré",
        f"Rien n’est en cours. {_STAYS}",
        _ANOTHER,
    ),
    Step.VOID: (
        "Le courrier de secours n’est plus valable\u00a0: trop d’essais avec un mot de passe provisoire erroné",
        f"Rien n’est en cours. {_STAYS}",
        _ANOTHER,
    ),
}
_TOLD = frozenset({Step.REFUSED, Step.PARKED, Step.DROPPED, Step.BATCHED, Step.RETURNED, Step.VOID, Step.EXPIRED})
"""Where the entry itself says more than the title."""
_POSTED = frozenset({Step.POSTED, Step.LATE})
