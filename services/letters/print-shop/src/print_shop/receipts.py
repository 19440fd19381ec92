"""Telling ``letters`` what became of a batch. Safe to repeat: a receipt has the same id and the same words each time."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID, uuid5

import aio_pika

from print_shop.journal import Record, Step
from shared.contracts.print_batch import PrintReceipt
from shared.messaging import fault_points
from shared.messaging.broker import Broker
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope
from shared.messaging.spans import publish_span

Outcome = Literal["taken", "printed", "refused"]
_STEP: dict[Outcome, Step] = {"taken": Step.SPOOLED, "printed": Step.PRINTED, "refused": Step.REFUSED}
_REASON_LENGTH = 300


def receipt(record: Record, outcome: Outcome) -> PrintReceipt:
    """The receipt of a step that the journal holds; its time is the step's."""
    return PrintReceipt(
        batch_id=record.key[0],
        run=record.key[1],
        outcome=outcome,
        at=record.at[_STEP[outcome]],
        reason=record.reason[:_REASON_LENGTH] if outcome == "refused" else "",
    )


def receipt_id(batch_id: UUID, run: int, outcome: str) -> UUID:
    """The message id of a receipt: the same however often it is sent."""
    return uuid5(batch_id, f"{run}/{outcome}")


class Receipts:
    """Publishes receipts with the broker's confirm."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def tell(self, told: PrintReceipt) -> None:
        """Send a receipt.

        Raises:
            BrokerUnavailableError: not confirmed: tell it again later.
            UnroutableError: nobody is bound for receipts.
        """
        identity = receipt_id(told.batch_id, told.run, told.outcome)
        envelope = seal_envelope(told, datetime.now(UTC), identity)
        message = aio_pika.Message(
            envelope.body, content_type=CONTENT_TYPE, message_id=str(identity), type=told.type()
        )  # fmt: skip
        exchange, routing_key = told.exchange, told.routing_key()
        with publish_span(exchange, routing_key, identity, told.type(), envelope.body):
            await self._broker.publish(exchange, routing_key, message)
        fault_points.reached("after-publish", told.type())
