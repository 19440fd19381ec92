"""Sending the confirmation link again, at most every 3 minutes (design §5)."""

from datetime import datetime, timedelta

from sqlmodel import col, func, select

from activation import confirmation, link_rows, receipts
from activation.confirmation import Link
from activation.models import Account, ConfirmationToken
from activation.parts import Parts
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey
from shared.web.forms import address_key

APART = timedelta(minutes=3)


def too_early(last_sent_at: datetime, now: datetime) -> bool:
    """Whether the person has to wait before another message. Plain rule."""
    return now < last_sent_at + APART


async def by_receipt(parts: Parts, token: str) -> bool | None:
    """Send again for the page « compte créé ». True: sent, or looks as if; False: too early; None: no such receipt."""
    async with parts.database.unit_of_work() as work:
        receipt = await receipts.find(work, token, lock=True)
        if receipt is None:
            return None
        if too_early(receipt.last_sent_at, work.now):
            return False
        account = await _locked(work, receipt.account_id)
        still_theirs = account is not None and account.address_key == address_key(receipt.email)
        if account is not None and still_theirs and not await _send(work, account, parts.notifier):
            return False
        receipt.last_sent_at = work.now
        return True


async def by_expired_link(parts: Parts, token: str) -> bool:
    """Send again for a link that has expired: its holder has the mailbox. False: too early, or nothing to send."""
    async with parts.database.unit_of_work() as work:
        row = await link_rows.find(work, ConfirmationToken, token)
        if row is None or confirmation.link_state(row, work.now) is not Link.EXPIRED:
            return False
        account = await _locked(work, row.account_id)
        return account is not None and await _send(work, account, parts.notifier)


async def to_unconfirmed(work: UnitOfWork, account: Account, notifier: SealingKey) -> None:
    """Send again to the address of an account that waits for its confirmation, unless it is too early."""
    locked = await _locked(work, account.id)
    if locked is not None:
        await _send(work, locked, notifier)


async def last_link_at(work: UnitOfWork, account: Account) -> datetime:
    """When the account's newest link was made."""
    newest = select(func.max(ConfirmationToken.created_at)).where(col(ConfirmationToken.account_id) == account.id)
    return await work.session.scalar(newest) or account.activated_at


async def _send(work: UnitOfWork, account: Account, notifier: SealingKey) -> bool:
    if account.confirmed_at is not None or account.frozen_at is not None:
        return True
    if too_early(await last_link_at(work, account), work.now):
        return False
    await confirmation.send_again(work, account, notifier)
    return True


async def _locked(work: UnitOfWork, account_id: object) -> Account | None:
    query = (
        select(Account).where(col(Account.id) == account_id).with_for_update().execution_options(populate_existing=True)
    )
    return (await work.session.scalars(query)).one_or_none()
