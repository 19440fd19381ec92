"""A member has shown all that is asked for: the session begins, and the browser is known from now on."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from activation import sessions
from activation.journal import Kind, note
from activation.models import Account, SecurityEvent
from activation.security_notices import Change, tell
from activation.security_settings import devices
from activation.security_settings.browser import Browser
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey

REMEMBERED = timedelta(days=360)
"""How far back the journal surely reaches (``retention.py``)."""


@dataclass(frozen=True)
class Arrived:
    """The tokens of the new session and of the browser, for its cookies."""

    session: str
    device: str


async def arrive(
    work: UnitOfWork, account: Account, browser: Browser, earlier_session: str, notifier: SealingKey
) -> Arrived:
    """Start a session. Its owner is told when the account did not know the browser, unless it is the first one of all."""
    new = await devices.find(work, account, browser.device) is None and not await _is_first(work, account)
    session = await sessions.start(work, account, earlier_session, browser.label)
    if new:
        note(work, Kind.NEW_DEVICE, account, label=browser.label)
        await tell(work, account, Change.NEW_DEVICE, notifier)
    return Arrived(session, await devices.remember(work, account, browser.device, browser.label))


async def _is_first(work: UnitOfWork, account: Account) -> bool:
    """Whether nobody has signed in since the account was activated, a short time ago: later the journal can't tell."""
    if account.activated_at < work.now - REMEMBERED:
        return False
    query = select(SecurityEvent.id).where(
        col(SecurityEvent.account_id) == account.id,
        col(SecurityEvent.kind) == Kind.SIGNED_IN,
        col(SecurityEvent.at) >= account.activated_at,
    )
    return await work.session.scalar(query.limit(1)) is None
