"""Members and operations are told how long everything is kept: each rule's own term, and no rule is left out."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from support.every_service import PACKAGES, SETTINGS

from activation.session_rules import ABSOLUTE
from member_space.profile.facts import ELSEWHERE
from member_space.timeline.letter_state import PARKED_DAYS
from shared.messaging import relay
from shared.messaging.kept import DEAD_LETTER_JOURNAL
from shared.security.session_times import IDLE

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
LOGS = timedelta(days=365)
"""No service deletes its own logs: operations do (docs/operations.md, *Personal data*)."""
TERMS = {
    "quinze minutes": IDLE, "une heure": timedelta(hours=1), "douze heures": ABSOLUTE, "un jour": timedelta(days=1),
    "sept jours": timedelta(days=7), "trente jours": timedelta(days=30), "soixante et un jours": timedelta(days=61),
    "quatre-vingt-dix jours": timedelta(days=90), "cent quatre-vingts jours": timedelta(days=180),
    "douze mois": timedelta(days=365), "cinq ans": timedelta(days=1826),
}  # fmt: skip
RULES = {
    f"{package}: {rule.name}": rule.term
    for package in PACKAGES
    for rule in import_module(f"{package}.retention").rules(import_module(f"{package}.settings").Settings(**SETTINGS))
}
KEPT_ELSEWHERE = {
    "Un compte dont": ["activation: unconfirmed-accounts"],
    "De votre compte encore": ["activation: closed-accounts"],
    "Une application d’authentification": ["activation: offered-secrets"],
    "Vos connexions en cours": [IDLE, ABSOLUTE],
    "Vos connexions qui attendaient": ["activation: second-steps"],
    "Les navigateurs": ["activation: known-devices"],
    "Le journal de sécurité": ["activation: security-journal"],
    "Le compte des échecs de connexion": ["activation: failed-sign-ins", "activation: blocked-sign-ins"],
    "Les essais d’activation manqués": ["activation: wrong-passwords"],
    "La page qui a suivi l’activation": ["activation: receipts"],
    "Près du registre": ["registration: closed-accounts"],
    "La date du dernier changement": ["registration: address-changes"],
    "La date du dernier blocage": ["registration: freezings"],
    "Les demandes de compte sans suite": ["registration: failed-requests"],
    "Les demandes de compte suivies d’un courrier": ["registration: letter-requests"],
    "Les demandes d’identifiant oublié": ["registration: identifier-requests"],
    "Les demandes de courrier de secours": ["activation: recovery-requests"],
    "Nos courriels": ["notifier: deliveries"],
    "Les liens de nos courriels": [
        "activation: confirmation-links", "activation: reset-links", "activation: disavowal-links",
        "activation: address-links",
    ],
    "Le lien qui suit un courrier": ["registration: letter-links"],
    "Nos courriers\u00a0: nom": ["letters: posted-letters"],
    "Un courrier qui n’a pas pu": ["letters: parked-letters"],
    "Nos courriers encore": ["letters: letter-stubs"],
    "Le mot de passe provisoire": ["activation: provisional-passwords"],
    "Les fichiers d’impression": ["letters: print-files"],
    "Les messages que nos services": [relay.KEEP_PUBLISHED],
    "Les traces techniques": [LOGS],
}  # fmt: skip
"""Beginning of what is kept → the names of the rules that forget it, or the terms themselves."""
NOT_TOLD = {
    "registration: used-captchas": "of nobody: a captcha, whoever answered it",
    "activation: sessions": "deletes what has ended; how long a session lasts is told",
    "activation: staff-sessions": "of the staff",
    "activation: staff-journal": "of the staff",
    "activation: returned-letters": "the id of a letter that was heard of before it was posted, not whose it is",
    "activation: failures-of-nobody": "deletes counts of who is there no longer",
    "letters: print-batches": "how many letters there were, not whose",
}
"""Rules that members are not told of → why."""


def terms_of(kept: list) -> set[timedelta]:
    return {RULES[one] if isinstance(one, str) else one for one in kept}


def said_in(words: str) -> set[timedelta]:
    return {term for name, term in TERMS.items() if re.search(rf"\b{name}\b", words.lower())}


def test_no_term_is_promised_elsewhere_that_no_purge_keeps() -> None:
    for what, kept in ELSEWHERE:
        purged = [terms for begins, terms in KEPT_ELSEWHERE.items() if what.startswith(begins)]
        assert [said_in(kept)] == [terms_of(terms) for terms in purged or [[]]], what
        if not purged:
            assert not re.search(r"\b(mois|ans?|jours?|heures?|minutes?)\b", kept), kept
    for begins in KEPT_ELSEWHERE:
        assert any(what.startswith(begins) for what, _ in ELSEWHERE), begins


def test_members_are_told_of_every_rule_of_another_service_or_there_is_a_reason() -> None:
    """Of those of the space itself: ``tests/member_space/test_profile.py``."""
    elsewhere = {one for one in RULES if not one.startswith("member_space: ")}
    told = {one for kept in KEPT_ELSEWHERE.values() for one in kept if isinstance(one, str)}
    assert told | NOT_TOLD.keys() == elsewhere
    assert not told & NOT_TOLD.keys()
    assert all(NOT_TOLD.values())


UNITS = {
    "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1), "month": LOGS / 12,
    "year": timedelta(days=1826) / 5,
}  # fmt: skip
AS_THEY_END = {
    "sessions": {IDLE, ABSOLUTE},
    "staff-sessions": {IDLE, ABSOLUTE},
    "used-captchas": set(),
    "failures-of-nobody": set(),
}
"""Rules whose term begins with an end that is told instead."""


def test_operations_are_told_of_every_rule() -> None:
    rows, where = {}, ""
    for line in OPERATIONS.split("| where | what | how long | rule | setting |")[1].split("\n\n")[0].splitlines()[2:]:
        service, _, kept, names, _ = (cell.strip() for cell in line.strip().strip("|").split("|"))
        where = service.strip("`").replace("-", "_") or where
        for name in re.findall(r"`([a-z-]+)`", names):
            assert f"{where}: {name}" not in rows, "told twice"
            rows[f"{where}: {name}"] = {
                int(number) * UNITS[unit]
                for number, unit in re.findall(r"(\d+) (minute|hour|day|month|year)s?\b", kept)
            }
    terms = RULES | {f"every service: {DEAD_LETTER_JOURNAL.name}": DEAD_LETTER_JOURNAL.term}
    assert rows == {one: AS_THEY_END.get(one.partition(": ")[2], {term}) for one, term in terms.items()}


def test_operations_are_told_when_logs_go() -> None:
    assert f"delete logs and traces after {LOGS.days // 30} months" in OPERATIONS


def test_the_desk_waits_for_a_parked_letter_as_long_as_it_is_kept() -> None:
    assert timedelta(days=PARKED_DAYS) == RULES["letters: parked-letters"]
