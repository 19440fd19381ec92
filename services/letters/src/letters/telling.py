"""What others are told of a letter that is not printed yet, each in the trace of its own request."""

from datetime import datetime
from uuid import UUID

from letters.canary.kind import CANARY
from letters.models import Letter
from shared.contracts.event import Message
from shared.contracts.events import LetterBatched, LetterParked, ParkReason
from shared.database.unit_of_work import UnitOfWork
from shared.observability.operations import TELL_OF_LETTER
from shared.observability.trace import current_trace, span_from


async def tell_batched(work: UnitOfWork, letter: Letter, batch_id: UUID, serial: str, at: datetime) -> None:
    """The letter waits in a batch for the print shop."""
    told = LetterBatched(
        person_id=letter.person_id, request_id=letter.request_id, letter_id=letter.id,
        batch_id=batch_id, serial=serial, batched_at=at,
    )  # fmt: skip
    await _tell(work, letter, told)


async def tell_parked(work: UnitOfWork, letter: Letter, reason: ParkReason) -> None:
    """The letter waits for people. The code alone is told: what the print shop wrote may quote anything."""
    told = LetterParked(
        person_id=letter.person_id, request_id=letter.request_id, letter_id=letter.id, reason=reason
    )  # fmt: skip
    await _tell(work, letter, told)


async def _tell(work: UnitOfWork, letter: Letter, message: Message) -> None:
    if letter.purpose == CANARY:
        return  # nobody is concerned
    batch = current_trace()
    with span_from(letter.traceparent or batch, TELL_OF_LETTER, {"espace.letter_id": letter.id}, [batch]):
        await work.publish(message)
