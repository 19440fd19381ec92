"""Replaying and dropping dead letters, each with its row in the journal."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import ChannelClosed

from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.dead_letters import journal
from shared.messaging.dead_letters.access import TopologyError
from shared.messaging.dead_letters.box import Box, Taken, open_box
from shared.messaging.dead_letters.journal import Account, Action
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.failed import REASON
from shared.messaging.failures import BrokerUnavailableError, UnroutableError
from shared.messaging.origin import FOREIGN
from shared.messaging.topology import REPLAY_EXCHANGE


class ForeignError(UnroutableError):
    """A dead letter is not this service's own."""


@dataclass
class Outcome:
    """What became of letters that were chosen."""

    done: int = 0
    refused: int = 0
    """No such queue to replay into, or said by another service (``foreign``): they stay with the dead letters."""
    missing: int = 0
    """No longer there: somebody else has settled them, or looks at them now."""
    foreign: int = 0
    """Of those refused: another service said or buried them, and no replay changes that."""


@dataclass(frozen=True)
class Settling:
    """Replay and drop, over a service's own broker and database; ``told`` hears of every batch.

    Both touch only what was chosen, as many times as it was chosen: a letter that dies again meanwhile stays.
    """

    broker: Broker
    database: Database
    told: Callable[[Outcome], None] = field(default=lambda _: None)

    async def replay(self, chosen: Sequence[DeadLetter], account: Account) -> Outcome:
        """Put letters back into their queues as they were, attempts counted from 0.

        Safe to repeat and to interrupt anywhere: published before it is acknowledged, a letter is at worst delivered
        twice, and the consumer's inbox makes that one effect.

        Raises:
            BrokerUnavailableError: not all was confirmed; what was not is still there.
            TopologyError: the broker's definitions are older than this code.
        """
        return await self._settle("replay", chosen, account)

    async def drop(self, chosen: Sequence[DeadLetter], account: Account) -> Outcome:
        """Take letters away for good; their rows in the journal stay. Raises as ``replay`` does."""
        return await self._settle("drop", chosen, account)

    async def _settle(self, action: Action, chosen: Sequence[DeadLetter], account: Account) -> Outcome:
        outcome = Outcome()
        for queue in dict.fromkeys(letter.queue for letter in chosen):
            wanted = Counter(letter.sha256 for letter in chosen if letter.queue == queue)
            async with open_box(self.broker, queue) as box, aclosing(box.batches(wanted)) as batches:
                async for batch in batches:
                    await self._settle_batch(action, account, box, batch, outcome)
                    self.told(outcome)
        outcome.missing = len(chosen) - outcome.done - outcome.refused
        return outcome

    async def _settle_batch(
        self, action: Action, account: Account, box: Box, batch: list[Taken], outcome: Outcome
    ) -> None:
        """Journal, publish, acknowledge, journal: a crash between any two leaves the letter there, or a row ``begun``."""
        async with self.database.unit_of_work() as work:
            rows = await journal.begin(work, action, account, [letter for _, letter in batch])
        errors: list[BaseException | None] = [None] * len(batch)
        if action == "replay":
            errors = await asyncio.gather(*(self._publish(box.queue, one) for one, _ in batch), return_exceptions=True)
        for (message, _), error in zip(batch, errors, strict=True):
            if error is not None:
                box.keep(message)
        await box.acknowledge([message for (message, _), error in zip(batch, errors, strict=True) if error is None])
        done = [row for row, error in zip(rows, errors, strict=True) if error is None]
        refused = [row for row, error in zip(rows, errors, strict=True) if isinstance(error, _REFUSED)]
        async with self.database.unit_of_work() as work:
            await journal.end(work, done, "done")
            await journal.end(work, refused, "refused")
        outcome.done += len(done)
        outcome.refused += len(refused)
        outcome.foreign += sum(isinstance(error, ForeignError) for error in errors)
        for error in errors:
            if error is not None and not isinstance(error, UnroutableError):
                raise error

    async def _publish(self, queue: str, message: AbstractIncomingMessage) -> None:
        # what another service said or buried would pass for the queue's own, once it comes back under its name
        if message.routing_key != queue or FOREIGN in str(message.headers.get(REASON)):
            raise ForeignError("not this service's to replay")
        copy = aio_pika.Message(
            message.body, content_type=message.content_type, message_id=message.message_id, type=message.type
        )
        try:
            await self.broker.publish(REPLAY_EXCHANGE, queue, copy)
        except BrokerUnavailableError as error:
            if isinstance(error.__cause__, ChannelClosed):
                raise TopologyError(f"{type(error.__cause__).__name__} for {REPLAY_EXCHANGE}") from error
            raise


_REFUSED = (UnroutableError, TopologyError)
