"""Forgetting what no longer serves (design §5, *retention*)."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from activation.models import (
    ActivationReceipt,
    ConfirmationToken,
    MemberSession,
    NumberAttempts,
    ProvisionalLetter,
    SecondStep,
    SecurityEvent,
    SignInAttempts,
    StaffJournal,
    StaffSession,
    TotpEnrolment,
)
from activation.receipts import KEPT
from activation.second_factor.application import OFFERED_FOR
from activation.session_rules import ABSOLUTE
from activation.sign_in_limits import FAILURES_IN_A_ROW
from shared.database.engine import Database
from shared.security.session_times import IDLE

EVERY_SECONDS = 3600.0
LINKS_KEPT = timedelta(days=30)
"""After their end, so that an old link is told apart from no link."""
LETTERS_KEPT = timedelta(days=30)
"""After their end, so that an expired provisional password is told apart from a wrong one."""
FAILURES_KEPT = timedelta(days=90)
JOURNAL_KEPT = timedelta(days=365)


async def purge(database: Database) -> bool:
    """Delete what is past its time. Returns False: once in a while is enough."""
    async with database.unit_of_work() as work:
        now, run = work.now, work.session.execute
        await run(delete(ConfirmationToken).where(col(ConfirmationToken.expires_at) < now - LINKS_KEPT))
        await run(delete(ActivationReceipt).where(col(ActivationReceipt.created_at) < now - KEPT))
        for session in (MemberSession, StaffSession):
            await run(
                delete(session).where(
                    (col(session.last_seen_at) < now - IDLE) | (col(session.created_at) < now - ABSOLUTE)
                )
            )
        await run(delete(SecondStep).where(col(SecondStep.expires_at) < now))
        await run(delete(TotpEnrolment).where(col(TotpEnrolment.created_at) < now - OFFERED_FOR))
        await run(delete(NumberAttempts).where(col(NumberAttempts.last_at) < now - timedelta(days=1)))
        await run(
            delete(SignInAttempts).where(
                col(SignInAttempts.last_at) < now - FAILURES_KEPT, col(SignInAttempts.in_a_row) < FAILURES_IN_A_ROW
            )
        )
        await run(delete(ProvisionalLetter).where(col(ProvisionalLetter.valid_until) < now - LETTERS_KEPT))
        for journal in (SecurityEvent, StaffJournal):
            await run(delete(journal).where(col(journal.at) < now - JOURNAL_KEPT))
    return False
