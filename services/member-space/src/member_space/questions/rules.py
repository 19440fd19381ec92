"""The rules of questions, without I/O."""

from datetime import datetime

from babel.dates import format_timedelta

from shared.web.french import NBSP, nbsp

TITLE_LIMIT, TEXT_LIMIT = 100, 5_000
"""Characters."""
DAILY_LIMIT = 30
"""Messages of one person in a space in 24 hours: far more than anybody needs, and a bound on what one can make us keep."""
DELAY = f"Réponse sous 2{NBSP}jours ouvrés"
"""Announced to who asks (ui.md §4.10)."""


def age(since: datetime, now: datetime) -> str:
    """How long something has waited, as people say it: ``3 heures``."""
    waited = max(now - since, now - now)
    if waited.total_seconds() < 60:
        return nbsp("moins d’une minute")
    return nbsp(format_timedelta(waited, granularity="minute", threshold=1.2, locale="fr"))


def masked_name(civility: str, given_name: str, family_name: str) -> str:
    """``Mme G…``: whom a list at the desk is about, for who has no need to know more."""
    return f"{civility or given_name[:1] + '.'}{NBSP}{family_name[:1].upper()}…"


def staff_shown(name: str) -> str:
    """``Zoé L.``: how one of the staff signs for members; their family name stays inside."""
    first, _, last = name.strip().partition(" ")
    return f"{first}{NBSP}{last[:1]}." if last else first
