"""What this service does when something happened elsewhere."""

from activation import closing, provisional_letters, returned_letters
from activation.recovery import recovery_letters
from shared.contracts.events import AccountClosed, LetterPrinted, LetterReturned, RecoveryLetterRequested
from shared.database.unit_of_work import UnitOfWork
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey


async def letter_printed(event: LetterPrinted, work: UnitOfWork) -> None:
    """A letter is in the post: its provisional password opens activation from now on."""
    await provisional_letters.keep(work, event)


async def letter_returned(event: LetterReturned, work: UnitOfWork) -> None:
    """The post brought a letter back: its provisional password opens nothing any more."""
    await returned_letters.returned(work, event.letter_id, event.returned_at)


async def account_closed(event: AccountClosed, work: UnitOfWork, *, keys: KeyRing) -> None:
    """The days to change one's mind are over: nobody signs in with the account any more."""
    await closing.close(work, event.account_id, event.closed_at, keys)


async def recovery_letter_requested(event: RecoveryLetterRequested, work: UnitOfWork, *, notifier: SealingKey) -> None:
    """A letter is due that opens a confirmed account anew: its owner is told before it is in the post."""
    await recovery_letters.requested(work, event, notifier)
