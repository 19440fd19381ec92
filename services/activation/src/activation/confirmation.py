"""The link that confirms an address: 24 h, single use, only the newest works (design §5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from activation import addresses, link_rows, provisional_letters
from activation.journal import Kind, note
from activation.models import Account, ConfirmationToken
from activation.recovery import recovery_letters
from activation.told_person import about
from shared.contracts.events import ConfirmationLinkRequested, EmailConfirmed
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey
from shared.security.tokens import new_token, token_digest

LIFETIME = timedelta(hours=24)


class Link(StrEnum):
    """What a link is good for."""

    UNKNOWN = "unknown"
    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"
    SUPERSEDED = "superseded"
    TAKEN = "taken"
    """Meanwhile another person confirmed the same address."""


@dataclass(frozen=True)
class SealedToken:
    """A new token as an event carries it."""

    sealed: str
    expires_at: datetime


def link_state(token: ConfirmationToken | None, now: datetime) -> Link:
    """What a token is good for at that time. Plain rule."""
    if token is None:
        return Link.UNKNOWN
    if token.used_at is not None:
        return Link.USED
    if token.superseded_at is not None:
        return Link.SUPERSEDED
    return Link.OPEN if now < token.expires_at else Link.EXPIRED


async def new_link(work: UnitOfWork, account_id: UUID, notifier: SealingKey) -> SealedToken:
    """Make the account's newest token, sealed for the service that mails it; the earlier ones no longer work."""
    await supersede(work, account_id)
    token = new_token()
    expires_at = work.now + LIFETIME
    row = ConfirmationToken(
        digest=token_digest(token), account_id=account_id, created_at=work.now, expires_at=expires_at
    )
    work.session.add(row)
    return SealedToken(notifier.seal_text(token), expires_at)


async def send_again(work: UnitOfWork, account: Account, notifier: SealingKey) -> None:
    """Ask for a new link to be mailed."""
    link = await new_link(work, account.id, notifier)
    await work.publish(
        ConfirmationLinkRequested(
            person_id=account.person_id,
            account_id=account.id,
            email=account.email,
            sealed_token=link.sealed,
            token_expires_at=link.expires_at,
        )
    )
    note(work, Kind.LINK_SENT_AGAIN, account)


async def confirm(work: UnitOfWork, token: str) -> Link:
    """Use the link: the address is confirmed, the person's other letters and links end. ``OPEN`` means that it did.

    Raises:
        sqlalchemy.exc.IntegrityError: another person confirmed the same address at the same moment.
    """
    seen = await link_rows.find(work, ConfirmationToken, token)
    if seen is None:
        return Link.UNKNOWN
    person_id = await work.session.scalar(select(Account.person_id).where(col(Account.id) == seen.account_id))
    if person_id is None:
        return Link.UNKNOWN
    letters = await provisional_letters.of_person(work, person_id)  # locked first, as when activating
    account = await work.session.get(Account, seen.account_id, with_for_update=True)
    locked = await link_rows.find(work, ConfirmationToken, token, lock=True)
    state = link_state(locked, work.now)
    if account is None or locked is None or state is not Link.OPEN:
        return state
    if await addresses.owner(work, account.address_key, other_than=account.person_id):
        return Link.TAKEN
    locked.used_at = account.confirmed_at = work.now
    await work.session.flush()
    await supersede(work, account.id)
    provisional_letters.spend(letters, None)
    await recovery_letters.void(work, person_id, until=work.now)
    note(work, Kind.CONFIRMED, account)
    await work.publish(confirmed_event(account))
    return Link.OPEN


async def supersede(work: UnitOfWork, account_id: UUID) -> None:
    """The account's links that still work no longer do."""
    await work.session.execute(
        update(ConfirmationToken)
        .where(
            col(ConfirmationToken.account_id) == account_id,
            col(ConfirmationToken.used_at).is_(None),
            col(ConfirmationToken.superseded_at).is_(None),
        )
        .values(superseded_at=work.now)
    )


def confirmed_event(account: Account) -> EmailConfirmed:
    """What others are told of an address that is confirmed now."""
    return EmailConfirmed(**about(account))
