"""Which mails tell of a letter with a provisional password: posted, half of its time over, returned by the post.

They go to an address that nobody has confirmed: nothing of the register is in them (design §5), and the words are the same
whatever the letter is for, since those of a letter of recovery would tell a stranger that the person has an account.
"""

from collections.abc import Mapping

from notifier.member_mails import MemberMail
from shared.contracts.events import LetterPrinted, LetterReminderDue, LetterReturned

POSTED, REMINDER, RETURNED = "letter-posted", "letter-reminder", "letter-returned"
SUBJECTS: Mapping[str, str] = {
    POSTED: "Votre mot de passe provisoire est parti par courrier",
    REMINDER: "Votre mot de passe provisoire vous attend",
    RETURNED: "Votre courrier nous est revenu",
}
LINKS: Mapping[str, str] = dict.fromkeys(SUBJECTS, "/compte/suivi-du-courrier")
"""The page of ``registration`` that tells where the letter is. Letters asked for before there was one have no token."""
_WHY: Mapping[str, str] = {
    "unknown-at-address": (
        "La Poste n’a pas trouvé le destinataire à l’adresse de l’enveloppe\u00a0: c’est souvent le cas après un déménagement, "
        "ou quand le nom ne figure pas sur la boîte aux lettres."
    ),
    "incomplete-address": "L’adresse était incomplète, ou le facteur n’a pas pu atteindre la boîte aux lettres.",
    "refused": "Le courrier a été refusé à l’adresse de l’enveloppe.",
    "unclaimed": "Le courrier attendait dans un bureau de poste, et personne n’est venu l’y chercher à temps.",
}
_OTHERWISE = "La Poste n’a pas pu le remettre à l’adresse de l’enveloppe."


def why_returned(code: str) -> str:
    """A sentence for a code of ``LetterReturned.reason``; a general one for ``other`` and for codes that come later."""
    return _WHY.get(code, _OTHERWISE)


def letter_mail(event: LetterPrinted | LetterReminderDue | LetterReturned) -> MemberMail:
    """The mail of an event, once a letter. What tells of a password is not sent after its end, what tells of a return is."""
    params = {"posted_at": event.posted_at.isoformat()}
    if isinstance(event, LetterReturned):
        params["reason"] = event.reason
        return MemberMail(RETURNED, event.email, event.letter_id, params, event.sealed_tracking)
    params["valid_until"] = event.valid_until.isoformat()
    template = POSTED if isinstance(event, LetterPrinted) else REMINDER
    return MemberMail(template, event.email, event.letter_id, params, event.sealed_tracking, event.valid_until)
