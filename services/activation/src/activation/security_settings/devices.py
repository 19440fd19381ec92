"""Browsers in which an account was signed in to before (OWASP, *device cookies*). Being one opens nothing.

Failed sign-ins from a known browser are counted for that browser alone, all others under the address: strangers can't lock a
member out of a browser that is the member's, and who has stolen its cookie wins one more count and no more.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from activation import sign_in_attempts
from activation.failure_subjects import FailureSubject
from activation.models import Account, KnownDevice, SignInAttempts
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing
from shared.security.tokens import looks_like_token, new_token, token_digest

KEPT = timedelta(days=180)
"""Since it was last signed in from."""
MOST = 10
"""Of one account; one more is known in the place of the one that was used least lately."""
_NOBODY = UUID(int=0)


async def find(work: UnitOfWork, account: Account | None, device: str) -> KnownDevice | None:
    """The known browser of an account. The same question is asked when there is no account or no cookie."""
    found = await work.session.scalars(
        select(KnownDevice).where(
            col(KnownDevice.digest) == token_digest(device),
            col(KnownDevice.account_id) == (account.id if account else _NOBODY),
            col(KnownDevice.last_seen_at) > work.now - KEPT,
        )
    )
    return found.one_or_none()


async def counted_under(work: UnitOfWork, keys: KeyRing, address_key: str, account: Account | None, device: str) -> str:
    """The subject of ``sign_in_attempts``: the known browser, or else the address, known or not."""
    known = await find(work, account, device)
    addresses = fingerprints(keys, f"address:{address_key}")
    await sign_in_attempts.carry_over(work, addresses)
    return FailureSubject.DEVICE.of(known.id) if known else addresses[0]


async def remember(work: UnitOfWork, account: Account, device: str, label: str) -> str:
    """The account is signed in to in this browser, or its password was chosen there: the token for its cookie.

    A browser keeps the token by which another account knows it; one that nobody made is never taken over.
    """
    token = device if await _is_ours(work, device) else new_token()
    seen = {"label": label, "last_seen_at": work.now}
    values = {"id": uuid4(), "digest": token_digest(token), "account_id": account.id, "created_at": work.now, **seen}
    await work.session.execute(
        insert(KnownDevice).values(values).on_conflict_do_update(index_elements=["digest", "account_id"], set_=seen)
    )
    own = col(KnownDevice.account_id) == account.id
    kept = select(KnownDevice.id).where(own).order_by(col(KnownDevice.last_seen_at).desc()).limit(MOST)
    await _forget(work, own, col(KnownDevice.id).not_in(kept))
    return token


async def forget_others(work: UnitOfWork, account_id: UUID, device: str = "") -> None:
    """None is known any longer but the one with this token: the password was changed, maybe because of one of them."""
    await _forget(work, col(KnownDevice.account_id) == account_id, col(KnownDevice.digest) != token_digest(device))


async def erase(work: UnitOfWork, account_id: UUID) -> None:
    """None is known any longer."""
    await _forget(work, col(KnownDevice.account_id) == account_id)


async def _forget(work: UnitOfWork, *which: ColumnElement[bool]) -> None:
    """They, and what was counted for them.

    A count that somebody holds is left to ``retention``: signing in takes it before the account, which is locked here, so
    that each would wait for the other.
    """
    gone = await work.session.scalars(delete(KnownDevice).where(*which).returning(col(KnownDevice.id)))
    counted = [FailureSubject.DEVICE.of(device_id) for device_id in gone]
    if counted:
        subject = col(SignInAttempts.address_fingerprint)
        free = select(subject).where(subject.in_(counted)).with_for_update(skip_locked=True)
        await work.session.execute(delete(SignInAttempts).where(subject.in_(free)))


async def _is_ours(work: UnitOfWork, device: str) -> bool:
    if not looks_like_token(device):
        return False
    query = select(KnownDevice.id).where(col(KnownDevice.digest) == token_digest(device)).limit(1)
    return await work.session.scalar(query) is not None
