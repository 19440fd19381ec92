"""One address, one person (design §5): whose an address is, and telling that owner when another wants it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, update
from sqlmodel import col, select

from activation.journal import Kind, note
from activation.models import Account
from shared.contracts.events import SecurityNoticeRaised
from shared.database.unit_of_work import UnitOfWork

NOTICE_EVERY = timedelta(hours=24)


async def owner(work: UnitOfWork, address_key: str, other_than: UUID) -> Account | None:
    """The confirmed account of another person that has this address.

    A claim not yet confirmed does not count: else anyone with a letter could keep others from their own address.
    """
    found = await work.session.scalars(
        select(Account).where(
            col(Account.address_key) == address_key,
            col(Account.confirmed_at).is_not(None),
            col(Account.person_id) != other_than,
        )
    )
    return found.one_or_none()


async def tell_owner(work: UnitOfWork, account: Account) -> None:
    """Raise the notice to the owner, at most once in ``NOTICE_EVERY`` however often it happens."""
    note(work, Kind.ADDRESS_ALREADY_USED, account)
    due = await work.session.scalar(
        update(Account)
        .where(
            col(Account.id) == account.id,
            or_(col(Account.address_notice_at).is_(None), col(Account.address_notice_at) <= work.now - NOTICE_EVERY),
        )
        .values(address_notice_at=work.now)
        .returning(col(Account.id))
    )
    if due is not None:
        await work.publish(
            SecurityNoticeRaised(
                person_id=account.person_id, account_id=account.id, email=account.email, notice="address-already-used"
            )
        )
