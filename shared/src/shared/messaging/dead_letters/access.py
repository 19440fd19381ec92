"""Asking the broker about a dead-letter queue, and what its errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager

from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelClosed

from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import dead_letter_queue

ANSWER_SECONDS = 10.0


class TopologyError(Exception):
    """The broker lacks a queue, an exchange or a permission: its definitions are older than this code."""


async def count(channel: AbstractChannel, queue: str) -> int:
    """How many dead letters of ``queue`` wait, without those that somebody holds."""
    declared = await channel.declare_queue(dead_letter_queue(queue), passive=True, timeout=ANSWER_SECONDS)
    return declared.declaration_result.message_count or 0


@contextmanager
def broker_errors(queue: str) -> Iterator[None]:
    """Say what the library's errors mean."""
    try:
        yield
    except ChannelClosed as error:
        raise TopologyError(f"{type(error).__name__} for {queue}") from error
    except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
        raise BrokerUnavailableError(f"{type(error).__name__} at the dead letters of {queue}") from error
