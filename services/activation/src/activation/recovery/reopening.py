"""What else happens when a letter opens an account that was confirmed or frozen: who was in is out, and the owner is told."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from activation import sign_in_attempts
from activation.journal import Kind, note
from activation.models import Account
from activation.parts import Parts
from activation.recovery import access
from activation.security_notices import Change, tell
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing


@dataclass(frozen=True)
class Before:
    """The account that was; ``email`` is empty when it was never confirmed: no name goes there (design §5)."""

    email: str
    address_key: str
    was_frozen: bool


def before(account: Account | None) -> Before | None:
    """What to remember of an account while it is replaced; None when it had let nobody in."""
    if account is None or (account.confirmed_at is None and account.frozen_at is None):
        return None
    email = account.email if account.confirmed_at is not None else ""
    return Before(email, account.address_key, account.frozen_at is not None)


async def hold_failures(work: UnitOfWork, keys: KeyRing, person_id: UUID, new_key: str) -> None:
    """Lock the failed sign-ins of the account's address and of its new one, before the account itself is locked."""
    old_key = await work.session.scalar(select(Account.address_key).where(col(Account.person_id) == person_id))
    for subjects in sorted({_subjects(keys, key) for key in (old_key or new_key, new_key)}):
        await sign_in_attempts.carry_over(work, subjects)
        await sign_in_attempts.hold(work, subjects[0])


async def reopened(work: UnitOfWork, parts: Parts, account: Account, old: Before) -> None:
    """``account`` is what the letter made of it. Its new address owes nothing to the failures of before.

    The owner is told where the account was until now; without the link that freezes when it was frozen already, as that
    mailbox may be whose hands it was to be taken from.
    """
    await access.erase(work, account.id)
    for key in (old.address_key, account.address_key):
        await sign_in_attempts.forget(work, _subjects(parts.fingerprint_keys, key)[0])
    note(work, Kind.RECOVERED, account)
    if old.email:
        await tell(
            work, account, Change.ACCOUNT_RECOVERED, parts.notifier, email=old.email, link=not old.was_frozen
        )  # fmt: skip


def _subjects(keys: KeyRing, address_key: str) -> tuple[str, ...]:
    return fingerprints(keys, f"address:{address_key}")
