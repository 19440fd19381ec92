"""One AMQP connection that is opened when needed, and publishing with confirms and bounded waits.

Plain connections and our own loops, not aio-pika's robust ones: what is re-opened, and when, is then written here, and a
publish never waits inside a connection that is coming back.
"""

import asyncio
from types import TracebackType
from typing import Any, Self, cast

import aio_pika
import aiormq
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import AMQPException, DeliveryError, PublishError
from yarl import URL

from shared.messaging.failures import BrokerUnavailableError, UnroutableError

CONNECT_TIMEOUT = 5.0
PUBLISH_TIMEOUT = 10.0
HEARTBEAT_SECONDS = 15
# a silent connection is given up within two heartbeats: after 16 s, noticed at most 7 s later (the library's own: 3 × 16 s)
aiormq.Connection.HEARTBEAT_GRACE_MULTIPLIER = 1

_AWAY = (AMQPException, ConnectionError, OSError, TimeoutError, RuntimeError)

log = structlog.get_logger()


class Broker:
    """A connection to RabbitMQ. Publishers and consumers of a service have one each."""

    def __init__(self, url: str, name: str) -> None:
        self._url = URL(url).update_query(heartbeat=HEARTBEAT_SECONDS)
        self._name = name
        self._connection: AbstractConnection | None = None
        self._publishing: AbstractChannel | None = None
        self._lock = asyncio.Lock()

    async def channel(self, prefetch: int | None = None) -> AbstractChannel:
        """A new channel with publisher confirms; returned messages raise.

        Raises:
            BrokerUnavailableError: no connection could be made.
        """
        async with self._lock:
            return await self._open_channel(prefetch)

    async def ensure_connected(self) -> None:
        """Open the connection unless it is open.

        Raises:
            BrokerUnavailableError: no connection could be made.
        """
        async with self._lock:
            try:
                await self._connected()
            except _AWAY as error:
                raise BrokerUnavailableError(f"{type(error).__name__} while connecting") from error

    async def ensure_accepting(self) -> None:
        """Open the connection unless it is open, and see that the broker takes messages on it.

        Raises:
            BrokerUnavailableError: no connection could be made, or the broker has blocked it: it lacks memory or disk.
        """
        await self.ensure_connected()
        await self._refuse_while_blocked()

    @property
    def is_connected(self) -> bool:
        """Whether the connection is open now."""
        # aio-pika's own is_closed stays false when it was the broker who closed
        connection = self._connection
        return connection is not None and not connection.is_closed and connection.connected.is_set()

    async def publish(self, exchange: str, routing_key: str, message: aio_pika.Message) -> None:
        """Publish persistent and mandatory, and wait for the broker's confirm.

        Raises:
            UnroutableError: no queue is bound for the routing key.
            BrokerUnavailableError: not confirmed; it may have arrived all the same. At once while the broker blocks us.
        """
        message.delivery_mode = aio_pika.DeliveryMode.PERSISTENT
        await self._refuse_while_blocked()
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT):
                channel = await self._publishing_channel()
                target = await channel.get_exchange(exchange, ensure=False)
                await target.publish(message, routing_key, mandatory=True)
        except PublishError as error:
            raise UnroutableError(f"no queue for {exchange} {routing_key}") from error
        except DeliveryError as error:
            raise BrokerUnavailableError("the broker refused the message for now") from error
        except TimeoutError as error:
            await self._leave_silent_connection()
            raise BrokerUnavailableError("no confirm in time") from error
        except _AWAY as error:
            raise BrokerUnavailableError(f"{type(error).__name__} while publishing") from error

    async def close(self) -> None:
        """Close the connection; at most 5 s."""
        connection, self._connection, self._publishing = self._connection, None, None
        if connection is not None and not connection.is_closed:
            try:
                async with asyncio.timeout(5):
                    await connection.close()
            except (AMQPException, OSError, TimeoutError):
                log.warning("broker connection did not close cleanly")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _refuse_while_blocked(self) -> None:
        if await self._is_blocked():
            raise BrokerUnavailableError("blocked by the broker: a memory or disk alarm")

    async def _is_blocked(self) -> bool:
        transport = self._connection.transport if self._connection else None
        if transport is None:
            return False
        try:
            async with asyncio.timeout(0.1):
                await transport.connection.ready()
        except TimeoutError:
            return self.is_connected
        return False

    async def _leave_silent_connection(self) -> None:
        """A connection that does not confirm may be dead without knowing it; one that is blocked says so, and is kept."""
        if not await self._is_blocked():
            await self.close()

    async def _publishing_channel(self) -> AbstractChannel:
        async with self._lock:
            if self._publishing is None or self._publishing.is_closed or not self.is_connected:
                self._publishing = await self._open_channel(None)
            return self._publishing

    async def _open_channel(self, prefetch: int | None) -> AbstractChannel:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                connection = await self._connected()
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                if prefetch is not None:
                    await channel.set_qos(prefetch_count=prefetch)
                return channel
        except _AWAY as error:
            # a connection that opens no channel is of no use: the next try makes a new one
            await self.close()
            raise BrokerUnavailableError(f"{type(error).__name__} while connecting") from error

    async def _connected(self) -> AbstractConnection:
        if self._connection is None or not self.is_connected:
            await self.close()
            connection = aio_pika.Connection(self._url, client_properties={"connection_name": self._name})
            try:
                await connection.connect(timeout=CONNECT_TIMEOUT)
            except BaseException:
                await connection.close()  # else its destructor tries to, whenever that runs
                raise
            self._connection = connection
        return self._connection


async def when_lost(channel: AbstractChannel) -> asyncio.Event:
    """An event set when the channel closes or the broker cancels the consumer (its queue was deleted)."""
    lost = asyncio.Event()
    channel.close_callbacks.add(cast("Any", lambda *_: lost.set()))
    underlay = await channel.get_underlay_channel()

    async def cancelled(*_: object) -> None:
        lost.set()

    underlay.on_consumer_cancel_callbacks.add(cancelled)
    return lost
