"""What others are told of a letter, each in the trace of its own request; of a canary letter nobody is told."""

from datetime import datetime
from uuid import UUID

from letters.canary.kind import CANARY
from letters.models import Letter
from shared.contracts.event import Message
from shared.contracts.events import LetterBatched, LetterParked, ParkReason
from shared.database.unit_of_work import UnitOfWork
from shared.observability.operations import TELL_OF_LETTER, Operation
from shared.observability.trace import current_trace, span_from


async def tell_batched(work: UnitOfWork, letter: Letter, batch_id: UUID, serial: str, at: datetime) -> None:
    """The letter waits in a batch for the print shop."""
    told = LetterBatched(
        person_id=letter.person_id, request_id=letter.request_id, letter_id=letter.id,
        batch_id=batch_id, serial=serial, batched_at=at,
    )  # fmt: skip
    if letter.purpose != CANARY:
        await tell(work, letter, told)


async def tell_parked(work: UnitOfWork, letter: Letter, reason: ParkReason) -> None:
    """The letter waits for people. The code alone is told: what the print shop wrote may quote anything."""
    told = LetterParked(
        person_id=letter.person_id, request_id=letter.request_id, letter_id=letter.id, reason=reason
    )  # fmt: skip
    if letter.purpose != CANARY:
        await tell(work, letter, told)


async def tell(work: UnitOfWork, letter: Letter, message: Message, operation: Operation = TELL_OF_LETTER) -> UUID:
    """Publish a message about a letter, linked to the work that it comes from; its id."""
    here = current_trace()
    with span_from(letter.traceparent or here, operation, {"espace.letter_id": letter.id}, [here]):
        (message_id,) = await work.publish(message)
    return message_id
