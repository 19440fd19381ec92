"""Telling ``letters`` what became of a batch. Safe to repeat: the same words have the same message id each time."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID, uuid5

import aio_pika

from print_shop.record import Record
from print_shop.steps import State, Step
from shared.contracts.print_batch import PrintReceipt
from shared.messaging import fault_points
from shared.messaging.broker import Broker
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope
from shared.messaging.spans import publish_span

Outcome = Literal["taken", "printed", "posted", "refused"]
HAPPENED: dict[Outcome, Step] = {
    "taken": Step.SPOOLED,
    "printed": Step.PRINTED,
    "posted": Step.POSTED,
    "refused": Step.REFUSED,
}
TOLD: dict[Outcome, Step] = {
    "taken": Step.TAKEN_TOLD,
    "printed": Step.PRINTED_TOLD,
    "posted": Step.END_TOLD,
    "refused": Step.END_TOLD,
}
_TO_TELL: dict[State, tuple[Outcome, ...]] = {
    State.TO_PRINT: ("taken",),
    State.PRINTING: ("taken",),
    State.IN_DOUBT: ("taken",),
    State.TO_POST: ("taken", "printed"),
    State.POSTED: ("taken", "printed", "posted"),
    State.REFUSED: ("refused",),
}
"""What ``letters`` has to know of a batch. One that is not checked yet is not said to be taken."""


def outcomes(record: Record) -> tuple[Outcome, ...]:
    """What is to be told of a batch in all, told or not."""
    return _TO_TELL.get(record.state, ())


def untold(record: Record) -> list[Outcome]:
    """What was not told yet of the batch's newest run."""
    return [one for one in outcomes(record) if TOLD[one] not in record.at]


def receipt(record: Record, outcome: Outcome) -> PrintReceipt:
    """The receipt of a step that the journal holds, with what was counted; its time is the step's."""
    letters = {"taken": record.letters, "printed": record.letters, "posted": record.letters - len(record.spoiled)}
    sheets = {"taken": record.sheets, "printed": record.printed_sheets or record.sheets}
    return PrintReceipt(
        batch_id=record.batch_id,
        run=record.run,
        outcome=outcome,
        at=record.at.get(HAPPENED[outcome]) or record.since or datetime.now(UTC),
        letters=letters.get(outcome, 0),
        sheets=sheets.get(outcome, 0),
        spoiled_letter_ids=record.spoiled if outcome == "posted" else (),
        reason=record.reason if outcome == "refused" else "",
    )


def receipt_id(told: PrintReceipt) -> UUID:
    """The message id of a receipt: the same however often the same is said, another when something else is."""
    spoiled = ",".join(str(one) for one in told.spoiled_letter_ids)
    words = f"{told.run}/{told.outcome}/{told.letters}/{told.sheets}/{spoiled}/{told.reason}"
    return uuid5(told.batch_id, words)


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
        identity = receipt_id(told)
        envelope = seal_envelope(told, datetime.now(UTC), identity)
        message = aio_pika.Message(
            envelope.body, content_type=CONTENT_TYPE, message_id=str(identity), type=told.type()
        )  # fmt: skip
        exchange, routing_key = told.exchange, told.routing_key()
        with publish_span(exchange, routing_key, identity, told.type(), envelope.body):
            await self._broker.publish(exchange, routing_key, message)
        fault_points.reached("after-publish", told.type())
