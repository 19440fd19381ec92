"""What is told of the letters that requests made: when each was posted, until when it is good, that it came back, that too
many wrong passwords have made it void.

Idempotent, in whatever order it comes; nothing else of the events is kept.
"""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import col

from registration.models import AccountRequest
from shared.contracts.events import ActivationRefused, LetterPrinted, LetterReturned
from shared.database.unit_of_work import UnitOfWork

log = structlog.get_logger()


async def letter_printed(event: LetterPrinted, work: UnitOfWork) -> None:
    """It was handed to the post."""
    await _note(work, event.request_id, posted_at=event.posted_at, valid_until=event.valid_until)


async def letter_returned(event: LetterReturned, work: UnitOfWork) -> None:
    """The post brought it back; perhaps it was not heard yet that it was posted."""
    told = {"returned_at": event.returned_at, "return_reason": event.reason}
    await _note(work, event.request_id, posted_at=event.posted_at, **told)


async def activation_refused(event: ActivationRefused, work: UnitOfWork) -> None:
    """It opens nothing any more, should that be for wrong passwords; that it is too late is known by its date."""
    if event.reason == "letter-void":
        await _note(work, event.request_id, voided_at=work.cause.time if work.cause else work.now)


async def _note(work: UnitOfWork, request_id: UUID, **told: Any) -> None:
    noted = await work.session.execute(
        update(AccountRequest)
        .where(col(AccountRequest.id) == request_id)
        .values(told)
        .returning(col(AccountRequest.id))
    )
    if noted.first() is None:
        log.info("a letter of a request that is kept no longer", request_id=str(request_id))
