"""What the profile page tells of data that other services keep: each term is one that the purge of that service keeps."""

import re
from datetime import timedelta

from activation import purge as activation_purge
from activation import receipts
from activation.session_rules import ABSOLUTE
from letters.settings import Settings as LettersSettings
from member_space.profile.facts import ELSEWHERE
from notifier.settings import Settings as NotifierSettings
from registration.settings import Settings as RegistrationSettings
from shared.messaging import relay
from shared.security.session_times import IDLE

TERMS = {
    "quinze minutes": IDLE, "douze heures": ABSOLUTE, "un jour": timedelta(days=1), "sept jours": timedelta(days=7),
    "trente jours": timedelta(days=30), "quatre-vingt-dix jours": timedelta(days=90), "douze mois": timedelta(days=365),
}  # fmt: skip
KEPT_ELSEWHERE = {
    "Vos connexions en cours": [IDLE, ABSOLUTE],
    "Le journal de sécurité": [activation_purge.JOURNAL_KEPT],
    "Le compte des échecs de connexion": [activation_purge.FAILURES_KEPT],
    "Les essais d’activation manqués": [timedelta(days=1)],
    "Nos courriels": [timedelta(days=NotifierSettings.model_fields["deliveries_kept_days"].default)],
    "Les liens de confirmation": [activation_purge.LINKS_KEPT],
    "La page qui a suivi l’activation": [receipts.KEPT],
    "Les demandes de compte sans suite": [
        timedelta(days=RegistrationSettings.model_fields["failed_requests_kept_days"].default)
    ],
    "Leur mot de passe provisoire": [activation_purge.LETTERS_KEPT],
    "Les fichiers d’impression": [timedelta(days=LettersSettings.model_fields["print_file_keep_days"].default)],
    "Les messages que nos services": [relay.KEEP_PUBLISHED],
}
"""Beginning of what is kept → the terms that the purge of its service keeps."""


def test_no_term_is_promised_elsewhere_that_no_purge_keeps() -> None:
    for what, kept in ELSEWHERE:
        said = {term for words, term in TERMS.items() if re.search(rf"\b{words}\b", kept.lower())}
        purged = [terms for begins, terms in KEPT_ELSEWHERE.items() if what.startswith(begins)]
        assert [said] == [set(terms) for terms in purged or [[]]], what
        if not purged:
            assert not re.search(r"\b(mois|ans?|jours?|heures?|minutes?)\b", kept), kept
    for begins in KEPT_ELSEWHERE:
        assert any(what.startswith(begins) for what, _ in ELSEWHERE), begins
