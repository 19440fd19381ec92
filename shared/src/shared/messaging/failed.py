"""Where a message goes that could not be handled: a delayed tier, or the dead letters with its reason.

Attempts are counted in our own header: the broker's counters differ between its versions and count restarts.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractIncomingMessage

from shared.messaging.backoff import pauses, wait_for
from shared.messaging.broker import Broker
from shared.messaging.dead_letters.well_formed import plain_uuid
from shared.messaging.failures import BrokerUnavailableError, RetryableError, UnroutableError
from shared.messaging.topology import DEAD_EXCHANGE, retry_exchange

ATTEMPT = "x-espace-attempt"
REASON = "x-espace-reason"
ORIGINAL_QUEUE = "x-espace-original-queue"
FIRST_FAILED_AT = "x-espace-first-failed-at"

log = structlog.get_logger()


class Failed:
    """Moves the failed messages of one queue. The copy is confirmed before the original is acknowledged: a crash between
    leaves two copies, and the inbox makes them one effect.

    While the broker takes no copy (a memory or disk alarm, a binding that is missing), the original stays in hand: given
    back, it would come again at once, and each delivery counts. ``stopping`` ends the wait.
    """

    def __init__(self, queue: str, broker: Broker, stopping: asyncio.Event) -> None:
        self._queue = queue
        self._broker = broker
        self._stopping = stopping

    async def retry_later(self, message: AbstractIncomingMessage, error: RetryableError) -> str:
        """Put a message into the next delayed tier, or with the dead letters after the last; returns the outcome.

        Raises:
            BrokerUnavailableError, UnroutableError: we stop, or the message's channel is lost; do not acknowledge.
        """
        attempt = _count(message) + 1
        reason = str(error)
        exchange = retry_exchange(attempt)
        if exchange is None:
            await self.bury(message, f"failed {attempt} times: {reason}")
            return "dead"
        await self._put(exchange, message, self._copy(message, attempt, reason))
        log.warning("message will be tried again", queue=self._queue, attempt=attempt, tier=exchange, reason=reason)
        return "retried"

    async def bury(self, message: AbstractIncomingMessage, reason: str) -> None:
        """Put a message with the dead letters of its queue, with the reason.

        Raises:
            BrokerUnavailableError, UnroutableError: we stop, or the message's channel is lost; do not acknowledge.
        """
        attempt = _count(message) + 1
        await self._put(DEAD_EXCHANGE, message, self._copy(message, attempt, reason))
        log.error("message is dead", queue=self._queue, attempt=attempt, reason=reason, message_id=_identity(message))

    async def _put(self, exchange: str, original: AbstractIncomingMessage, copy: aio_pika.Message) -> None:
        waits = pauses()
        while True:
            try:
                return await self._broker.publish(exchange, self._queue, copy)
            except (BrokerUnavailableError, UnroutableError) as error:
                pause = next(waits)
                log.warning("failed message waits", queue=self._queue, reason=str(error), pause_s=round(pause, 1))
                if await wait_for(self._stopping, pause) or original.channel.is_closed:
                    raise

    def _copy(self, message: AbstractIncomingMessage, attempt: int, reason: str) -> aio_pika.Message:
        headers: dict[str, Any] = {
            ATTEMPT: attempt,
            REASON: reason[:500],
            ORIGINAL_QUEUE: self._queue,
            FIRST_FAILED_AT: message.headers.get(FIRST_FAILED_AT) or datetime.now(UTC).isoformat(),
        }
        return aio_pika.Message(
            message.body,
            headers=headers,
            content_type=message.content_type,
            message_id=message.message_id,
            type=message.type,
        )


def _identity(message: AbstractIncomingMessage) -> str:
    """For the log: a message that nobody understands may carry anything there."""
    return str(plain_uuid(message.message_id) or "not a UUID")


def _count(message: AbstractIncomingMessage) -> int:
    count = message.headers.get(ATTEMPT, 0)
    return count if isinstance(count, int) and count >= 0 else 0
