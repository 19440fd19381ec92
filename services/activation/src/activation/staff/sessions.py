"""Browsers that are signed in to the desk: as members' sessions, with the same times (rules: ``session_rules.py``)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from activation.session_rules import is_live
from activation.staff.journal import Kind, note
from activation.staff.models import StaffAccount, StaffSession
from shared.database.unit_of_work import UnitOfWork
from shared.security.signed_in import Role, StaffSignedIn
from shared.security.tokens import looks_like_token, new_token, token_digest


@dataclass(frozen=True)
class Found:
    """A live session and whose it is."""

    session: StaffSession
    account: StaffAccount

    @property
    def who(self) -> StaffSignedIn:
        """As the desk is told."""
        return StaffSignedIn(self.account.id, self.session.id, self.account.name, Role(self.account.role))


async def start(work: UnitOfWork, staff_id: UUID, earlier_token: str) -> str:
    """A new session, with a token that no one had before; the browser's earlier session ends."""
    await _delete(work, earlier_token)
    token = new_token()
    work.session.add(
        StaffSession(digest=token_digest(token), staff_id=staff_id, created_at=work.now, last_seen_at=work.now)
    )
    return token


async def find(work: UnitOfWork, token: str) -> Found | None:
    """The live session of a token, of an account that is not disabled; None for anything else."""
    if not looks_like_token(token):
        return None
    query = (
        select(StaffSession, StaffAccount)
        .join(StaffAccount, col(StaffAccount.id) == col(StaffSession.staff_id))
        .where(col(StaffSession.digest) == token_digest(token), col(StaffAccount.disabled_at).is_(None))
    )
    found = (await work.session.execute(query)).one_or_none()
    if found is None or not is_live(found[0].created_at, found[0].last_seen_at, work.now):
        return None
    return Found(*found)


async def end(work: UnitOfWork, token: str) -> None:
    """End the session of a token, if it has one."""
    found = await find(work, token)
    if found is not None:
        note(work, Kind.SIGNED_OUT, found.account.id)
    await _delete(work, token)


async def end_all(work: UnitOfWork, staff_id: UUID) -> None:
    """End every session of an account: the next request of each finds none."""
    await work.session.execute(delete(StaffSession).where(col(StaffSession.staff_id) == staff_id))


async def _delete(work: UnitOfWork, token: str) -> None:
    if looks_like_token(token):
        await work.session.execute(delete(StaffSession).where(col(StaffSession.digest) == token_digest(token)))
