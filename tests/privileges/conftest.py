"""One connection of a broker user, on which things are tried."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiormq
import pytest
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused, DeliveryError

Act = Callable[[AbstractChannel], Awaitable[object]]


class Hands:
    """What a user tries. A refusal closes the channel, so the next try opens another; the connection stays."""

    def __init__(self, connection: aiormq.Connection) -> None:
        self.connection = connection
        self._channel: AbstractChannel | None = None

    async def may(self, act: Act) -> bool:
        """Do something and say whether the broker allowed it."""
        if self._channel is None or self._channel.is_closed:
            self._channel = await self.connection.channel(publisher_confirms=True, on_return_raises=True)
        try:
            await act(self._channel)
        except ChannelAccessRefused:
            self._channel = None
            return False
        return True

    async def publish(self, exchange: str, key: str, *, body: bytes = b"{}", **properties: object) -> str:
        """``refused``, ``returned`` (no queue wants it) or ``taken``."""
        returned = False

        async def act(channel: AbstractChannel) -> None:
            nonlocal returned
            try:
                await channel.basic_publish(
                    body, exchange=exchange, routing_key=key, mandatory=True,
                    properties=aiormq.spec.Basic.Properties(delivery_mode=2, **properties),
                )  # fmt: skip
            except DeliveryError:
                returned = True

        if not await self.may(act):
            return "refused"
        return "returned" if returned else "taken"


Open = Callable[[str], AbstractAsyncContextManager[Hands]]


@pytest.fixture
def hands_of(broker_url: Callable[[str], str]) -> Open:
    """``async with hands_of("letters") as hands``: that user's connection."""

    @asynccontextmanager
    async def opened(user: str) -> AsyncIterator[Hands]:
        connection = await aiormq.connect(broker_url(user))
        try:
            yield Hands(connection)
        finally:
            await connection.close()

    return opened
