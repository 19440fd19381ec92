"""Deliveries are forgotten some time after they were settled (design §5, *retention*): they hold addresses and names."""

from datetime import timedelta

from sqlmodel import col, delete, select

from notifier.models import Delivery, State
from shared.database.engine import Database

EVERY_SECONDS = 3600.0
_AT_ONCE = 1000


class Purge:
    """Deletes what was sent or parked and is older than ``kept``, at most ``_AT_ONCE`` a call."""

    def __init__(self, database: Database, kept: timedelta) -> None:
        self._database = database
        self._kept = kept

    async def __call__(self) -> bool:
        """Delete what is due; True when there may be more."""
        async with self._database.unit_of_work() as work:
            old = (
                select(col(Delivery.id))
                .where(
                    col(Delivery.created_at) < work.now - self._kept,
                    col(Delivery.state).in_((State.SENT, State.PARKED)),
                )
                .limit(_AT_ONCE)
            )
            gone = await work.session.execute(
                delete(Delivery).where(col(Delivery.id).in_(old)).returning(col(Delivery.id))
            )
            return len(gone.all()) == _AT_ONCE
