"""Asking for a link to choose a new password: the same rows are looked at and the same page is shown for any address."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, insert, literal
from sqlmodel import col, select

from activation import resend
from activation.journal import Kind, note
from activation.models import Account, ResetToken
from activation.parts import Parts
from activation.recovery.reset_rules import APART, HOURLY, LIFETIME, PER_HOUR
from activation.sign_in import account_at
from shared.contracts.events import PasswordResetRequested
from shared.database.throttle import take
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprint
from shared.security.sealing import SealingKey
from shared.security.tokens import new_token, token_digest
from shared.web.forms import address_key


async def ask(parts: Parts, email: str) -> None:
    """Have a link mailed to who owns the address, or to nobody. An earlier link goes on: nobody ends another's by asking."""
    key = address_key(email)
    async with parts.database.unit_of_work() as work:
        counted = fingerprint(parts.fingerprint_keys, f"reset:{key}")
        if not await _passes(work, counted):
            return
        account = await account_at(work, key)
        if account is not None and account.frozen_at is None and account.confirmed_at is None:
            await resend.to_unconfirmed(work, account, parts.notifier)
        else:
            await _send(work, account, parts.notifier, counted)


async def _passes(work: UnitOfWork, counted: str) -> bool:
    """Whether a mail may leave for what is counted under that name."""
    if not await take(work.session, f"{counted}/apart".encode(), APART):
        return False
    for place in range(PER_HOUR):
        if await take(work.session, f"{counted}/{place}".encode(), HOURLY):
            return True
    return False


async def _send(work: UnitOfWork, seen: Account | None, notifier: SealingKey, counted: str) -> None:
    """To nobody, and to a frozen account, nothing is sent, by as many statements (decision 0012)."""
    account = await _as_it_is_now(work, seen)
    to = account if account is not None and account.frozen_at is None else None
    token, expires_at = new_token(), work.now + LIFETIME
    await _write(work, to.id if to else uuid4(), token, expires_at)
    if to is None:
        note(work, Kind.RESET_REFUSED, account, subject=None if account else counted)
        await work.publish()
        return
    note(work, Kind.RESET_LINK_SENT, to)
    await work.publish(
        PasswordResetRequested(
            person_id=to.person_id,
            account_id=to.id,
            email=to.email,
            sealed_token=notifier.seal_text(token),
            token_expires_at=expires_at,
        )
    )


async def _as_it_is_now(work: UnitOfWork, seen: Account | None) -> Account | None:
    """None too when what was read without a lock was of before another address, a freeze, a letter."""
    before = _facts(seen) if seen else None
    # no lock against the rows that refer to it: signing in is not stopped by it
    query = select(Account).where(col(Account.id) == (seen.id if seen else uuid4())).with_for_update(key_share=True)
    account = (await work.session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    return account if account is not None and _facts(account) == before else None


async def _write(work: UnitOfWork, account_id: UUID, token: str, expires_at: datetime) -> None:
    """Keep the token of an account; of one that does not exist, nothing."""
    made, ends = (literal(at, DateTime(timezone=True)) for at in (work.now, expires_at))
    row = {"account_id": col(Account.id), "digest": literal(token_digest(token)), "created_at": made, "expires_at": ends,
           "wrong_answers": literal(0)}  # fmt: skip
    owned = select(*row.values()).where(col(Account.id) == account_id)
    await work.session.execute(insert(ResetToken).from_select(list(row), owned))


def _facts(account: Account) -> tuple[str, datetime | None, datetime | None]:
    return account.address_key, account.confirmed_at, account.frozen_at
