"""How a service's messages stand: its queues by its own broker user, its outbox by its own database."""

from dataclasses import dataclass

from aio_pika.abc import AbstractChannel

from shared.database.engine import Database
from shared.messaging import outbox
from shared.messaging.broker import Broker
from shared.messaging.dead_letters.access import ANSWER_SECONDS, broker_errors, count
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import ANSWERS_FOR


@dataclass(frozen=True)
class QueueState:
    """``waiting``: messages ready, without those in hand."""

    name: str
    waiting: int
    consumers: int
    dead: int


@dataclass(frozen=True)
class State:
    """One service's; ``queues`` None: the broker does not answer it."""

    service: str
    queues: list[QueueState] | None
    outbox_waiting: int
    outbox_oldest_seconds: float
    """Age of the oldest event that has not left."""


async def state_of(service: str, broker: Broker, database: Database) -> State:
    """Looked at now. Nothing is taken from a queue.

    Raises:
        TopologyError: the broker's definitions are older than this code.
    """
    async with database.unit_of_work() as work:
        waiting, oldest = await outbox.waiting(work.session)
    try:
        queues = await _queues(service, broker)
    except BrokerUnavailableError:
        queues = None
    return State(service, queues, waiting, oldest)


async def _queues(service: str, broker: Broker) -> list[QueueState]:
    channel = await broker.channel()
    return [await _queue(channel, name) for name in ANSWERS_FOR[service]]


async def _queue(channel: AbstractChannel, name: str) -> QueueState:
    with broker_errors(name):
        declared = (await channel.declare_queue(name, passive=True, timeout=ANSWER_SECONDS)).declaration_result
        dead = await count(channel, name)
    return QueueState(name, declared.message_count or 0, declared.consumer_count or 0, dead)
