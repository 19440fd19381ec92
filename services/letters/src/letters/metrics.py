"""Figures of ``letters`` for operations."""

from prometheus_client import Gauge, Histogram

PROMISE_SECONDS = Histogram(
    "espace_letter_promise_seconds", "Worked time from the request to the mail that its letter has left",
    buckets=tuple(3600.0 * hours for hours in (1, 2, 4, 8, 12, 16, 20, 24, 36, 48)),
)  # fmt: skip
PROMISES = Gauge("espace_letter_promises", "Requests not told yet, by nearness to the end of the promise", ["state"])
BATCHES = Gauge("espace_print_batches", "Batches that people should look at", ["state"])
CANARY_DAYS = Gauge("espace_canary_days", "Typical days of the post, by the last canary letters that arrived")
LETTERS = Gauge("espace_letters", "Letters by state, those that are posted excepted", ["state"])
OLDEST_WAITING = Gauge("espace_letters_oldest_waiting_seconds", "How long the oldest letter has waited for a batch")
BATCH_SECONDS = Histogram(
    "espace_print_batch_seconds", "Time to make a print batch", buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80)
)
