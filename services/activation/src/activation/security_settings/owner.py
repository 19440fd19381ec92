"""The account behind a change of its settings, locked, and what ends when how it is entered has changed."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select

from activation import sessions
from activation.models import Account, EmailChange, ResetToken, SecondStep
from shared.database.unit_of_work import UnitOfWork


def is_open(account: Account) -> bool:
    """Whether its settings may be changed: not closed, not frozen, its address confirmed. Plain rule."""
    return account.confirmed_at is not None and account.closed_at is None and account.frozen_at is None


async def locked(work: UnitOfWork, account_id: UUID) -> Account | None:
    """The account as it is now, until the end of the work; None when nothing of it may be changed."""
    query = (
        select(Account).where(col(Account.id) == account_id).with_for_update().execution_options(populate_existing=True)
    )
    account = (await work.session.scalars(query)).one_or_none()
    return account if account is not None and is_open(account) else None


async def end_links(work: UnitOfWork, account_id: UUID) -> None:
    """Links to choose a password or to confirm another address, and sign-ins that wait for the second factor."""
    for table in (ResetToken, EmailChange):
        await work.session.execute(
            update(table)
            .where(col(table.account_id) == account_id, col(table.ended_at).is_(None))
            .values(ended_at=work.now)
        )
    await work.session.execute(delete(SecondStep).where(col(SecondStep.account_id) == account_id))


async def cut_off(work: UnitOfWork, account_id: UUID, but: UUID | None) -> None:
    """All sessions end but that one, and every link that was on its way."""
    await sessions.end_others(work, account_id, but)
    await end_links(work, account_id)
