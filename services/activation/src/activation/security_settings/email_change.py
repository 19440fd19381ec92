"""Another address for the account: asked for with the password proved, confirmed from the new mailbox (design §5).

Asking for an address that another has confirmed looks the same in everything; that owner is told instead.
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, func, select

from activation import access, addresses
from activation.journal import Kind, note
from activation.models import Account, EmailChange
from activation.parts import Parts
from activation.resend import too_early
from activation.security_notices import Change, tell
from activation.security_settings import owner
from shared.contracts.events import EmailChangeRequested
from shared.database.unit_of_work import UnitOfWork
from shared.security.tokens import new_token, token_digest
from shared.web.forms import address_key

LIFETIME = timedelta(hours=24)
MOST_PER_DAY = 10
"""Mails to addresses not confirmed yet: nobody's mailbox is filled by us."""


class Outcome(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    """Or looks as if."""
    OWN = "own"
    TOO_EARLY = "too-early"
    TOO_MANY = "too-many"
    NOTHING = "nothing"
    """There is nothing to be sent again, or meanwhile the account was closed or frozen, or the session has ended."""


async def pending(work: UnitOfWork, account_id: UUID) -> EmailChange | None:
    """The change that waits to be confirmed."""
    found = await work.session.scalars(
        select(EmailChange)
        .where(
            col(EmailChange.account_id) == account_id,
            col(EmailChange.ended_at).is_(None),
            col(EmailChange.expires_at) > work.now,
        )
        .order_by(col(EmailChange.created_at).desc())
        .limit(1)
    )
    return found.first()


async def ask(parts: Parts, account_id: UUID, session_id: UUID, email: str, label: str) -> Outcome:
    """Have a link sent to another address, and the present one told. The same form sent again does it once."""
    key = address_key(email)
    async with parts.database.unit_of_work() as work:
        account = await owner.locked_in(work, account_id, session_id)
        if account is None:
            return Outcome.NOTHING
        if key == account.address_key:
            return Outcome.OWN
        before = await pending(work, account_id)
        if before is not None and before.address_key == key and too_early(before.created_at, work.now):
            return Outcome.ASKED
        if await _just_sent(work, account_id, key):
            return Outcome.TOO_EARLY
        if await _sent_today(work, account_id) >= MOST_PER_DAY:
            return Outcome.TOO_MANY
        token = await _replace(work, account, email)
        note(work, Kind.EMAIL_CHANGE_ASKED, account, label=label)
        await tell(work, account, Change.EMAIL_CHANGE_ASKED, parts.notifier)
    await _mail(parts, account, email, token)
    return Outcome.ASKED


async def send_again(parts: Parts, account_id: UUID, session_id: UUID) -> Outcome:
    """Another link to the same address; the earlier one no longer works."""
    async with parts.database.unit_of_work() as work:
        account = await owner.locked_in(work, account_id, session_id)
        before = await pending(work, account_id)
        if account is None or before is None:
            return Outcome.NOTHING
        if too_early(before.created_at, work.now):
            return Outcome.TOO_EARLY
        if await _sent_today(work, account_id) >= MOST_PER_DAY:
            return Outcome.TOO_MANY
        email = before.email
        token = await _replace(work, account, email)
    await _mail(parts, account, email, token)
    return Outcome.ASKED


async def give_up(work: UnitOfWork, account_id: UUID) -> None:
    """The address stays as it is: the link no longer works."""
    await access.end_links_of(work, EmailChange, account_id)


async def _just_sent(work: UnitOfWork, account_id: UUID, key: str) -> bool:
    """Whether a mail has gone to that address a moment ago, of a change that was given up, too."""
    own = (col(EmailChange.account_id) == account_id, col(EmailChange.address_key) == key)
    newest = await work.session.scalar(select(func.max(col(EmailChange.created_at))).where(*own))
    return newest is not None and too_early(newest, work.now)


async def _sent_today(work: UnitOfWork, account_id: UUID) -> int:
    query = select(func.count()).select_from(EmailChange)
    day = work.now - timedelta(days=1)
    own = query.where(col(EmailChange.account_id) == account_id, col(EmailChange.created_at) > day)
    return await work.session.scalar(own) or 0


async def _replace(work: UnitOfWork, account: Account, email: str) -> str:
    """Make the only change that waits; returns the token of its link."""
    await give_up(work, account.id)
    token = new_token()
    work.session.add(
        EmailChange(
            digest=token_digest(token), account_id=account.id, email=email, address_key=address_key(email),
            created_at=work.now, expires_at=work.now + LIFETIME,
        )
    )  # fmt: skip
    return token


async def _mail(parts: Parts, account: Account, email: str, token: str) -> None:
    """The link leaves; or, when the address is another person's, that one is told.

    In a transaction of its own: two people who ask for each other's addresses must not wait for each other's rows.
    """
    sealed = parts.notifier.seal_text(token)
    async with parts.database.unit_of_work() as work:
        taken_by = await addresses.owner(work, address_key(email), other_than=account.person_id)
        if taken_by is not None:
            await addresses.tell_owner(work, taken_by)
            return
        await work.publish(
            EmailChangeRequested(
                person_id=account.person_id, account_id=account.id, email=email, sealed_token=sealed,
                token_expires_at=work.now + LIFETIME,
            )
        )  # fmt: skip
