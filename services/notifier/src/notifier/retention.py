"""What this service keeps how long (design §5, *retention*): deliveries hold addresses and names."""

from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import col

from notifier.models import Delivery, State
from notifier.settings import Settings
from shared.database.retention import Rule


def rules(settings: Settings) -> tuple[Rule, ...]:
    """The terms of these settings."""
    return (
        Rule(
            "deliveries", "mails that were sent or parked: address, name, dates", Delivery, col(Delivery.created_at),
            timedelta(days=settings.deliveries_kept_days), (col(Delivery.state).in_((State.SENT, State.PARKED)),),
        ),
    )  # fmt: skip


WITHOUT_RULE: Mapping[str, str] = {}
"""Tables with personal data that no rule is for → why. A delivery that waits is still owed."""
