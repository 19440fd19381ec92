"""Figures for operations. Labels name queues and outcomes, never people."""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_WAITING = Gauge("espace_outbox_waiting", "Messages written and not yet confirmed by the broker")
OUTBOX_OLDEST = Gauge("espace_outbox_oldest_seconds", "Age of the oldest of them")
OUTBOX_PUBLISHED = Counter("espace_outbox_published", "Messages confirmed by the broker")
OUTBOX_UNROUTABLE = Counter("espace_outbox_unroutable", "Messages that the broker had no queue for")
HANDLED = Counter("espace_messages", "Messages taken from a queue, by what became of them", ["queue", "outcome"])
HANDLING = Histogram("espace_message_seconds", "Time to handle a message", ["queue"])
FORGOTTEN = Counter("espace_forgotten_rows", "Rows deleted or erased at the end of their term", ["rule"])
