"""What is not needed any more is forgotten (design §5, *retention*)."""

from datetime import timedelta

from sqlmodel import col, delete, select

from registration.models import AccountRequest, IdentifierRequest, UsedCaptcha
from registration.outcome import Outcome
from registration.reminder_policy import ReminderPolicy
from shared.database.engine import Database

EVERY_SECONDS = 3600.0
_AT_ONCE = 1000


class Purge:
    """Failed requests after their time, used captchas after their expiry, who was told an identifier once that no longer
    counts; at most ``_AT_ONCE`` of each a call."""

    def __init__(self, database: Database, failed_requests_kept: timedelta) -> None:
        self._database = database
        self._kept = failed_requests_kept

    async def __call__(self) -> bool:
        """Delete what is due; True when there may be more."""
        async with self._database.unit_of_work() as work:
            failed = (
                select(col(AccountRequest.id))
                .where(
                    col(AccountRequest.requested_at) < work.now - self._kept,
                    col(AccountRequest.outcome) != Outcome.LETTER,
                )
                .limit(_AT_ONCE)
            )
            expired = select(col(UsedCaptcha.nonce)).where(col(UsedCaptcha.expires_at) < work.now).limit(_AT_ONCE)
            counted = work.now - ReminderPolicy().window
            told = (
                select(col(IdentifierRequest.id)).where(col(IdentifierRequest.requested_at) < counted).limit(_AT_ONCE)
            )
            requests = await work.session.execute(
                delete(AccountRequest).where(col(AccountRequest.id).in_(failed)).returning(col(AccountRequest.id))
            )
            captchas = await work.session.execute(
                delete(UsedCaptcha).where(col(UsedCaptcha.nonce).in_(expired)).returning(col(UsedCaptcha.nonce))
            )
            identifiers = await work.session.execute(
                delete(IdentifierRequest)
                .where(col(IdentifierRequest.id).in_(told))
                .returning(col(IdentifierRequest.id))
            )
            return _AT_ONCE in {len(requests.all()), len(captchas.all()), len(identifiers.all())}
