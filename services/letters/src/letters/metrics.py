"""Figures of ``letters`` for operations."""

from prometheus_client import Gauge, Histogram

LETTERS = Gauge("espace_letters", "Letters by state, those that are posted excepted", ["state"])
OLDEST_WAITING = Gauge("espace_letters_oldest_waiting_seconds", "How long the oldest letter has waited for a batch")
BATCH_SECONDS = Histogram(
    "espace_print_batch_seconds", "Time to make a print batch", buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80)
)
