"""Where an account is signed in to now, and the last times that somebody did or tried."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from activation import sessions
from activation.journal import Kind, note
from activation.models import Account, MemberSession, SecurityEvent
from activation.security_settings import owner
from activation.session_rules import ABSOLUTE
from shared.database.unit_of_work import UnitOfWork
from shared.security.session_times import IDLE

LAST = 10
TRIES = (Kind.SIGNED_IN, Kind.SIGN_IN_FAILED, Kind.SECOND_FACTOR_FAILED)


async def live(work: UnitOfWork, account_id: UUID) -> list[MemberSession]:
    """The sessions that still open something, the one used last first."""
    found = await work.session.scalars(
        select(MemberSession)
        .where(
            col(MemberSession.account_id) == account_id,
            col(MemberSession.last_seen_at) > work.now - IDLE,
            col(MemberSession.created_at) > work.now - ABSOLUTE,
        )
        .order_by(col(MemberSession.last_seen_at).desc(), col(MemberSession.id))
    )
    return list(found)


async def last_tries(work: UnitOfWork, account_id: UUID) -> Sequence[SecurityEvent]:
    """The last sign-ins and the last failed ones, newest first."""
    query = select(SecurityEvent).where(col(SecurityEvent.account_id) == account_id, col(SecurityEvent.kind).in_(TRIES))
    return (await work.session.scalars(query.order_by(col(SecurityEvent.id).desc()).limit(LAST))).all()


async def end_one(work: UnitOfWork, account: Account, session_id: UUID) -> bool:
    """End one of the account's sessions; False when it is none of its own, or has ended."""
    own = (col(MemberSession.id) == session_id, col(MemberSession.account_id) == account.id)
    ended = await work.session.execute(delete(MemberSession).where(*own).returning(col(MemberSession.label)))
    label = ended.scalar_one_or_none()
    if label is None:
        return False
    note(work, Kind.SESSION_ENDED, account, label=label)
    return True


async def end_others(work: UnitOfWork, account: Account, but: UUID) -> None:
    """End all of them but one. The account is locked first, as by who else ends several at once."""
    await owner.locked(work, account.id)
    if await sessions.end_others(work, account.id, but):
        note(work, Kind.SESSIONS_ENDED, account)
