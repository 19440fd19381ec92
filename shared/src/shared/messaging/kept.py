"""How long the tables are kept that every service has for its messages and its pages."""

from collections.abc import Mapping

from shared.database.retention import Rule
from shared.messaging.dead_letters.journal import KEEP
from shared.messaging.tables import dead_letter_journal

DEAD_LETTER_JOURNAL = Rule(
    "dead-letter-journal",
    "who replayed or dropped a dead letter, and why",
    dead_letter_journal,
    dead_letter_journal.c.at,
    KEEP,
    append_only=True,
)
OTHERWISE: Mapping[str, str] = {
    "outbox": "the relay forgets what left after 7 days (relay.KEEP_PUBLISHED); what has not left is still owed",
    "inbox": "ids alone; the relay forgets them after 60 days (relay.KEEP_HANDLED)",
    "throttle": "keyed digests, forgotten a minute after they have drained (web.address_limit)",
    "alembic_version": "the number of a migration",
}
"""Tables that have another way → which."""
