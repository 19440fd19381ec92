"""Signed-in browsers: an opaque token in a cookie, its digest in the table (rules: ``session_rules.py``)."""

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import col, select

from activation.journal import Kind, note, note_ids
from activation.models import Account, MemberSession, StaffSession
from activation.session_rules import is_due_for_touch, is_live
from shared.database.unit_of_work import UnitOfWork
from shared.security.assertions import SignedIn
from shared.security.tokens import looks_like_token, new_token, token_digest


@dataclass(frozen=True)
class Found:
    """A live session and whose it is."""

    session: MemberSession
    who: SignedIn


async def start(work: UnitOfWork, account: Account, earlier_token: str) -> str:
    """A new session, with a token that no one had before; the browser's earlier session ends."""
    await _delete(work, earlier_token)
    token = new_token()
    session = MemberSession(
        digest=token_digest(token), account_id=account.id, created_at=work.now, last_seen_at=work.now
    )
    work.session.add(session)
    note(work, Kind.SIGNED_IN, account)
    return token


async def find(work: UnitOfWork, token: str) -> Found | None:
    """The live session of a token; None for anything else."""
    if not looks_like_token(token):
        return None
    row = await work.session.execute(
        select(MemberSession, Account.person_id)
        .join(Account, col(Account.id) == col(MemberSession.account_id))
        .where(col(MemberSession.digest) == token_digest(token), col(Account.frozen_at).is_(None))
    )
    found = row.one_or_none()
    if found is None:
        return None
    session, person_id = found
    if not is_live(session.created_at, session.last_seen_at, work.now):
        return None
    proved = session.authenticated_at or session.created_at
    return Found(session, SignedIn(session.account_id, person_id, session.id, proved))


async def touch(work: UnitOfWork, session: MemberSession | StaffSession) -> bool:
    """Count this as use, written down at most once in a while. False: meanwhile it was ended at another replica."""
    if not is_due_for_touch(session.last_seen_at, work.now):
        return True
    table = type(session)
    used = await work.session.execute(
        update(table).where(col(table.id) == session.id).values(last_seen_at=work.now).returning(col(table.id))
    )
    return used.first() is not None


async def prove(work: UnitOfWork, token: str) -> bool:
    """The person has just proved their password in this session. False: meanwhile it was ended."""
    proved = await work.session.execute(
        update(MemberSession)
        .where(col(MemberSession.digest) == token_digest(token))
        .values(authenticated_at=work.now, last_seen_at=work.now)
        .returning(col(MemberSession.id))
    )
    return proved.first() is not None


async def end(work: UnitOfWork, token: str) -> None:
    """End the session of a token, if it has one."""
    found = await find(work, token)
    if found is not None:
        note_ids(work, Kind.SIGNED_OUT, found.who.account_id, found.who.person_id)
    await _delete(work, token)


async def _delete(work: UnitOfWork, token: str) -> None:
    if looks_like_token(token):
        await work.session.execute(delete(MemberSession).where(col(MemberSession.digest) == token_digest(token)))
