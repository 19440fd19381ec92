"""The link that confirms an account's other address: 24 h, single use, only the newest works (design §5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from activation import access, addresses, link_rows, sessions
from activation.confirmation import confirmed_event
from activation.journal import Kind, note
from activation.models import Account, EmailChange
from activation.security_notices import Change, tell
from activation.security_settings import owner
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey
from shared.web.forms import address_key


class Link(StrEnum):
    """What a link is good for."""

    OPEN = "open"
    UNKNOWN = "unknown"
    """Or its account was closed or frozen meanwhile."""
    EXPIRED = "expired"
    ENDED = "ended"
    """Used, given up, or overtaken by another."""
    TAKEN = "taken"
    """Meanwhile another person confirmed the same address."""


@dataclass(frozen=True)
class Replaced:
    """The address is. ``session``: the new token of this browser's session, empty when it has none."""

    session: str


def link_state(change: EmailChange | None, account: Account | None, now: datetime) -> Link:
    """What a token is good for at that time. Plain rule."""
    if change is None or account is None or not owner.is_open(account):
        return Link.UNKNOWN
    if change.ended_at is not None:
        return Link.ENDED
    return Link.OPEN if now < change.expires_at else Link.EXPIRED


async def state_of(work: UnitOfWork, token: str) -> Link:
    """What a token is good for now, without using it."""
    change = await link_rows.find(work, EmailChange, token)
    account = await work.session.get(Account, change.account_id) if change else None
    return link_state(change, account, work.now)


async def confirm(work: UnitOfWork, token: str, session_token: str, notifier: SealingKey) -> Replaced | Link:
    """Use the link: the new address takes the place of the old one, and whoever is signed in elsewhere no longer is.

    Raises:
        sqlalchemy.exc.IntegrityError: another person confirmed the same address at the same moment.
    """
    seen = await link_rows.find(work, EmailChange, token)
    if seen is None:
        return Link.UNKNOWN
    account = await owner.locked(work, seen.account_id)
    change = await link_rows.find(work, EmailChange, token, lock=True)
    state = link_state(change, account, work.now)
    if account is None or change is None or state is not Link.OPEN:
        return state
    if await addresses.owner(work, change.address_key, other_than=account.person_id):
        return Link.TAKEN
    old, account.email, account.address_key = account.email, change.email, address_key(change.email)
    account.confirmed_at = work.now
    await work.session.flush()
    renewed = await _go_on(work, account, session_token)
    note(work, Kind.EMAIL_CHANGED, account)
    await work.publish(confirmed_event(account))
    for address in (old, account.email):
        await tell(work, account, Change.EMAIL_CHANGED, notifier, email=address)
    return Replaced(renewed)


async def _go_on(work: UnitOfWork, account: Account, session_token: str) -> str:
    """The token with which the session of this browser goes on, when it is the owner's; everything else ends."""
    found = await sessions.find(work, session_token)
    own = found.session if found is not None and found.session.account_id == account.id else None
    await access.end(work, account.id, but=own.id if own else None)
    return (await sessions.rotate(work, own) or "") if own else ""
