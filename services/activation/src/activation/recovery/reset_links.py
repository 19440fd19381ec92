"""Asking for a link to choose a new password: the same rows are looked at and the same page is shown for any address."""

from datetime import datetime

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
        passes = await _passes(work, fingerprint(parts.fingerprint_keys, f"reset:{key}"))
        account = await account_at(work, key)
        if not passes or account is None:
            return
        if account.frozen_at is not None:
            note(work, Kind.RESET_REFUSED, account)
        elif account.confirmed_at is None:
            await resend.to_unconfirmed(work, account, parts.notifier)
        else:
            await _send(work, account, parts.notifier)


async def _passes(work: UnitOfWork, counted: str) -> bool:
    """Whether a mail may leave for what is counted under that name."""
    if not await take(work.session, f"{counted}/apart".encode(), APART):
        return False
    for place in range(PER_HOUR):
        if await take(work.session, f"{counted}/{place}".encode(), HOURLY):
            return True
    return False


async def _send(work: UnitOfWork, seen: Account, notifier: SealingKey) -> None:
    """To the account as it is now: what was read without a lock may be of before another address, a freeze, a letter."""
    before = _facts(seen)
    # no lock against the rows that refer to it: signing in is not stopped by it
    query = select(Account).where(col(Account.id) == seen.id).with_for_update(key_share=True)
    account = (await work.session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if account is None or _facts(account) != before:
        return
    token = new_token()
    expires_at = work.now + LIFETIME
    work.session.add(
        ResetToken(digest=token_digest(token), account_id=account.id, created_at=work.now, expires_at=expires_at)
    )
    await work.publish(
        PasswordResetRequested(
            person_id=account.person_id,
            account_id=account.id,
            email=account.email,
            sealed_token=notifier.seal_text(token),
            token_expires_at=expires_at,
        )
    )
    note(work, Kind.RESET_LINK_SENT, account)


def _facts(account: Account) -> tuple[str, datetime | None, datetime | None]:
    return account.address_key, account.confirmed_at, account.frozen_at
