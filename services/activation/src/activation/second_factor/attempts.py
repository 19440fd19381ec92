"""How often codes of an account may be guessed: the limits of passwords (``sign_in_limits.py``), counted apart from them.

Per account, not per sign-in: who knows the password could begin as many sign-ins as they like. A passkey's answer is not
counted: there is nothing to guess, and its owner still comes in while somebody else guesses at codes.
"""

from uuid import UUID

from activation import sign_in_attempts
from activation.failure_subjects import FailureSubject
from activation.sign_in_limits import Failures
from shared.database.unit_of_work import UnitOfWork


async def reserve(work: UnitOfWork, account_id: UUID) -> Failures | None:
    """Write a failure down before the code is looked at; or, when blocked, return what blocks."""
    return await sign_in_attempts.reserve(work, FailureSubject.SECOND_FACTOR.of(account_id))


async def forget(work: UnitOfWork, account_id: UUID) -> None:
    """The code was right: nothing counts any longer."""
    await sign_in_attempts.forget(work, FailureSubject.SECOND_FACTOR.of(account_id))
