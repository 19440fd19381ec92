"""Names on the broker. Everything else about them is in the definitions file (``deploy/broker``)."""

RETRY_EXCHANGE = "espace.retry."
"""Followed by a tier's name. Topic exchanges, so that topic permissions keep a service to its own queues' names."""
DEAD_EXCHANGE = "espace.dead"
DEAD_SUFFIX = ".dead"
REPLAY_EXCHANGE = "espace.replay"
"""Takes a dead letter back to the queue that its routing key names."""

ANSWERS_FOR: dict[str, tuple[str, ...]] = {
    "registration": (
        "registration.account-state",
        "registration.address-changed",
        "registration.letters",
        "registration.activation-refused",
    ),
    "activation": (
        "activation.letter-printed",
        "activation.letter-returned",
        "activation.account-closed",
        "activation.recovery-letter",
    ),
    "letters": (
        "letters.account-requested",
        "letters.print-receipts",
        "letters.account-closed",
        "letters.mails",
        "print-shop.batches",
    ),
    "notifier": (
        "notifier.letter-printed",
        "notifier.letters",
        "notifier.confirmation",
        "notifier.notices",
        "notifier.member-space",
        "notifier.security",
        "notifier.account-closed",
    ),
    "member-space": ("member-space.email-confirmed", "member-space.account-taken-back", "member-space.journey"),
}
"""Service: the queues whose dead letters its staff read, replay and drop. The print shop's worker has no database, hence
no journal: ``letters`` answers for its queue too."""

RETRY_TIERS: dict[str, int] = {"10s": 10_000, "1m": 60_000, "10m": 600_000}
"""Delayed tiers in order: name and delay in milliseconds (design §4)."""


def retry_exchange(attempt: int) -> str | None:
    """Exchange of the tier after the ``attempt``-th failure (from 1), or None when all tiers are used up."""
    tiers = list(RETRY_TIERS)
    return RETRY_EXCHANGE + tiers[attempt - 1] if attempt <= len(tiers) else None


def dead_letter_queue(queue: str) -> str:
    """Where the messages of a queue end that can't be handled."""
    return queue + DEAD_SUFFIX
