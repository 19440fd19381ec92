"""Figures of ``activation`` for operations: counts, never whose."""

from prometheus_client import Counter, Gauge

GUESSED_ACCOUNTS = Gauge(
    "espace_guessing_accounts", "Accounts, or what was typed for one, that failed in the last 10 minutes"
)
GUESSED_UNKNOWN = Gauge("espace_guessing_unknown", "Those of them that are nobody's")
GUESSING = Gauge("espace_guessing_alert", "1 while guessing is spread over many accounts")
REMINDERS = Counter(
    "espace_letter_reminders", "Letters whose owner was to be reminded that half of their time was over"
)
