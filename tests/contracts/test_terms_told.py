"""What the profile page tells of data that other services keep: each term is one that the purge of that service keeps."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from support.every_service import PACKAGES, SETTINGS

from activation.session_rules import ABSOLUTE
from member_space.profile.facts import ELSEWHERE
from shared.messaging import relay
from shared.security.session_times import IDLE

LOGS = timedelta(days=365)
"""No service deletes its own logs: operations do (docs/operations.md, *Personal data*)."""
TERMS = {
    "quinze minutes": IDLE, "douze heures": ABSOLUTE, "un jour": timedelta(days=1), "sept jours": timedelta(days=7),
    "trente jours": timedelta(days=30), "quatre-vingt-dix jours": timedelta(days=90), "douze mois": timedelta(days=365),
    "soixante et un jours": timedelta(days=61), "cent quatre-vingts jours": timedelta(days=180),
    "cinq ans": timedelta(days=1826),
}  # fmt: skip
RULES = {
    rule.name: rule.term
    for package in PACKAGES
    for rule in import_module(f"{package}.retention").rules(import_module(f"{package}.settings").Settings(**SETTINGS))
}
KEPT_ELSEWHERE = {
    "Un compte dont": ["unconfirmed-accounts"],
    "De votre compte encore": ["closed-accounts"],
    "Vos connexions en cours": [IDLE, ABSOLUTE],
    "Le journal de sécurité": ["security-journal"],
    "Le compte des échecs de connexion": ["failed-sign-ins", "blocked-sign-ins"],
    "Les essais d’activation manqués": ["wrong-passwords"],
    "Nos courriels": ["deliveries"],
    "Les liens de nos courriels": ["confirmation-links", "reset-links", "disavowal-links", "address-links"],
    "La page qui a suivi l’activation": ["receipts"],
    "Les demandes de compte sans suite": ["failed-requests"],
    "Les demandes de compte suivies d’un courrier": ["letter-requests"],
    "Nos courriers\u00a0: nom": ["posted-letters"],
    "Nos courriers encore": ["letter-stubs"],
    "Les navigateurs": ["known-devices"],
    "Leur mot de passe provisoire": ["provisional-passwords"],
    "Les fichiers d’impression": ["print-files"],
    "Les messages que nos services": [relay.KEEP_PUBLISHED],
    "Les traces techniques": [LOGS],
}
"""Beginning of what is kept → the names of the rules that forget it, or the terms themselves."""


def test_no_term_is_promised_elsewhere_that_no_purge_keeps() -> None:
    for what, kept in ELSEWHERE:
        said = {term for words, term in TERMS.items() if re.search(rf"\b{words}\b", kept.lower())}
        purged = [terms for begins, terms in KEPT_ELSEWHERE.items() if what.startswith(begins)]
        assert [said] == [{RULES.get(term, term) for term in terms} for terms in purged or [[]]], what
        if not purged:
            assert not re.search(r"\b(mois|ans?|jours?|heures?|minutes?)\b", kept), kept
    for begins in KEPT_ELSEWHERE:
        assert any(what.startswith(begins) for what, _ in ELSEWHERE), begins


def test_operations_are_told_when_logs_go() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    assert f"delete logs and traces after {LOGS.days // 30} months" in manual
