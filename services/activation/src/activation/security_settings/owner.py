"""The account behind a change of its settings, locked."""

from uuid import UUID

from sqlmodel import col, select

from activation.models import Account, MemberSession
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


async def locked_in(work: UnitOfWork, account_id: UUID, session_id: UUID) -> Account | None:
    """The same; None also when the session in which the change is asked for has ended meanwhile.

    Who ends sessions locks the account first: what waited here for that lock finds the session gone.
    """
    account = await locked(work, account_id)
    return account if await work.session.get(MemberSession, session_id) else None
