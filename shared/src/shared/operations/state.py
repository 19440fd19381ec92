"""How a service's messages stand: its queues by its own broker user, its outbox by its own database."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aio_pika.abc import AbstractChannel

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.messaging import outbox
from shared.messaging.broker import Broker
from shared.messaging.dead_letters.access import ANSWER_SECONDS, broker_errors, count
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import ANSWERS_FOR, RETRY_EXCHANGE, RETRY_TIERS


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
    retries: dict[str, int] = field(default_factory=dict)
    """Tier → messages that wait there to be tried again, of all services: they share the tiers (decision 0002)."""
    alerts: list[str] = field(default_factory=list)
    """Codes of what people should look at now; the page has the words. A replica of before does not know them."""


Alerts = Callable[[UnitOfWork], Awaitable[list[str]]]
"""Looks for what there is to warn of, now."""


async def state_of(service: str, broker: Broker, database: Database, alerts: Sequence[Alerts] = ()) -> State:
    """Looked at now. Nothing is taken from a queue.

    Raises:
        TopologyError: the broker's definitions are older than this code.
    """
    async with database.unit_of_work() as work:
        waiting, oldest = await outbox.waiting(work.session)
        raised = [code for look in alerts for code in await look(work)]
    try:
        channel = await broker.channel()
        queues = [await _queue(channel, name) for name in ANSWERS_FOR[service]]
        retries = {tier: (await _declared(channel, RETRY_EXCHANGE + tier))[0] for tier in RETRY_TIERS}
    except BrokerUnavailableError:
        return State(service, None, waiting, oldest, alerts=raised)
    return State(service, queues, waiting, oldest, retries, raised)


async def _queue(channel: AbstractChannel, name: str) -> QueueState:
    waiting, consumers = await _declared(channel, name)
    with broker_errors(name):
        dead = await count(channel, name)
    return QueueState(name, waiting, consumers, dead)


async def _declared(channel: AbstractChannel, name: str) -> tuple[int, int]:
    """Messages and consumers. Asking takes no permission on the queue."""
    with broker_errors(name):
        found = (await channel.declare_queue(name, passive=True, timeout=ANSWER_SECONDS)).declaration_result
    return found.message_count or 0, found.consumer_count or 0
