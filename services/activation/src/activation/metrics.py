"""Figures of ``activation`` for operations: counts, never whose."""

from prometheus_client import Gauge

GUESSED_ACCOUNTS = Gauge(
    "espace_guessing_accounts", "Accounts, or what was typed for one, that failed in the last 10 minutes"
)
GUESSED_UNKNOWN = Gauge("espace_guessing_unknown", "Those of them that are nobody's")
GUESSING = Gauge("espace_guessing_alert", "1 while guessing is spread over many accounts")
